// SPDX-License-Identifier: GPL-3.0-or-later
#include "sweep_sample.h"
#include "tests/ui/ui_test.h"
#include "ui/compare/compare_chart.h"
#include "ui/plot/chart_range.h"

#include <QTest>

using namespace widthwise;
using namespace widthwise::ui;

class TestCompareChart : public UiTest {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void aPanelForEachParametrization();
    void everyTrialIsThere();
    void aDriftOfNothingHasNoSign();
    void anOptimumHasItsInterval();
    void rareHighLossesDoNotFlattenTheRest();
    void severalSeedsHaveBars();

private:
    std::unique_ptr<SweepSample> m_sample;
    SweepReport m_report;
};

void TestCompareChart::init()
{
    UiTest::init();
    m_sample = std::make_unique<SweepSample>();
    m_sample->addAll();
    m_report = sweepReport(m_sample->database(), m_sample->record());
}

void TestCompareChart::aPanelForEachParametrization()
{
    const ChartData chart = compareChart(m_report);
    QCOMPARE(chart.panels.size(), std::size_t(2));
    QVERIFY2(chart.panels[0].title.startsWith(QStringLiteral("SP: −1.0")), qPrintable(chart.panels[0].title));
    QVERIFY2(chart.panels[1].title.startsWith(QStringLiteral("μP: ")), qPrintable(chart.panels[1].title));
    QVERIFY(chart.x.range->first < 0x1p-9 && chart.x.range->second > 0x1p-5);
    QCOMPARE(chart.x.title, QStringLiteral("learning rate at base width 32"));
    QVERIFY(chart.x.scale == ChartScale::Log2);
    QCOMPARE(chart.y.title, QStringLiteral("val/loss"));
    QVERIFY(chart.panels[0].series[0].line == ChartLine::Dashed);
    QVERIFY(chart.panels[1].series[0].line == ChartLine::Solid);
    QStringList labels;
    for (const ChartPanel& panel : chart.panels)
        for (const ChartSeries& series : panel.series)
            if (!series.label.isEmpty())
                labels.append(series.label);
    QCOMPARE(labels.join(u','), QStringLiteral("width 32,width 64,width 128"));
}

void TestCompareChart::everyTrialIsThere()
{
    int finite = 0;
    int infinite = 0;
    int optima = 0;
    for (const ChartPanel& panel : compareChart(m_report).panels)
        for (const ChartSeries& series : panel.series) {
            const bool optimum = series.marker == ChartMarker::Star;
            optima += optimum;
            for (const ChartPoint& point : series.points) {
                infinite += std::isinf(point.y);
                finite += std::isfinite(point.y) && !optimum;
                QVERIFY(!point.tip.isEmpty());
            }
        }
    QCOMPARE(finite, 28);
    QCOMPARE(infinite, 2);
    QCOMPARE(optima, 5); // SP's at width 128 is at the edge
}

void TestCompareChart::aDriftOfNothingHasNoSign()
{
    for (Drift& drift : m_report.drifts)
        drift.octavesPerDoubling.value = -0.004;
    const QString title = compareChart(m_report).panels[1].title;
    QVERIFY2(title.startsWith(QStringLiteral("μP: 0.00 ± ")), qPrintable(title));
}

void TestCompareChart::anOptimumHasItsInterval()
{
    const ChartData chart = compareChart(m_report);
    const ChartSeries& optimum = chart.panels[1].series[2]; // after losses and diverged of width 32
    QVERIFY(optimum.marker == ChartMarker::Star);
    const ChartPoint& point = optimum.points.front();
    QVERIFY(std::abs(point.x - 0x1p-7) < 1e-6);
    QVERIFY(point.xError && point.xError->first <= point.x && point.x <= point.xError->second);
    QVERIFY(point.tip.contains(QStringLiteral("width 32 · learning rate 0.00781")));
}

void TestCompareChart::rareHighLossesDoNotFlattenTheRest()
{
    QVERIFY(!compareChart(m_report).y.range);
    double& loss = m_report.curves[0].points.back().loss;
    loss = 2.5; // the rest, from 0.87 to 1.77, is drawn large enough
    QVERIFY(!compareChart(m_report).y.range);
    loss = 1e6;
    const auto range = compareChart(m_report).y.range;
    QVERIFY(range && range->second < 10 && range->first < 0.9);
    QCOMPARE(yRangeOf(compareChart(m_report)).second, range->second);
}

void TestCompareChart::severalSeedsHaveBars()
{
    m_report.curves[0].points[0].seeds = 3;
    m_report.curves[0].points[0].standardError = 0.25;
    const ChartPoint point = compareChart(m_report).panels[0].series[0].points[0];
    QCOMPARE(point.yError->second - point.y, 0.25);
    QVERIFY(point.tip.contains(QStringLiteral("± 0.25, 3 seeds")));
}

WIDTHWISE_UI_TEST_MAIN(TestCompareChart)
#include "tst_compare_chart.moc"
