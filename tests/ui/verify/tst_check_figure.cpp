// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/ui_test.h"
#include "tests/ui/verify/planted_check.h"
#include "ui/theme/theme.h"
#include "ui/verify/check_figure.h"

#include <QTest>

using namespace widthwise;
using namespace widthwise::ui;

class TestCheckFigure : public UiTest {
    Q_OBJECT

private Q_SLOTS:
    void standardAndMaximalStandSideBySide();
    void theVerdictsLayerStandsOut();
    void theChosenLayerStandsOut();
    void valuesAreGeometricMeansOverSeeds();
    void whatDivergedIsInfinite();
    void oneWidthHasItsPlace();
    void theDecidingStepIsShownFirst();
};

void TestCheckFigure::standardAndMaximalStandSideBySide()
{
    const ChartData figure = checkFigure(*plantedReport(0), 4);
    QCOMPARE(figure.panels.size(), std::size_t(2));
    QVERIFY(figure.panels[0].title.startsWith(QStringLiteral("SP")));
    QVERIFY(figure.panels[1].title.startsWith(QStringLiteral("μP")));
    QCOMPARE(figure.panels[0].series.front().line, ChartLine::Dashed);
    QCOMPARE(figure.panels[1].series.front().line, ChartLine::Solid);
    QCOMPARE(figure.x.scale, ChartScale::Log2);
    QCOMPARE(figure.y.scale, ChartScale::Log2);
    double smallest = 1e30;
    double largest = 0;
    for (const ChartPanel& panel : figure.panels)
        for (const ChartSeries& series : panel.series)
            for (const ChartPoint& point : series.points) {
                smallest = std::min(smallest, point.y);
                largest = std::max(largest, point.y);
            }
    const auto [low, high] = *figure.y.range; // what is shown fills it
    QVERIFY(low < smallest && low > smallest / 1.5 && high > largest && high < largest * 1.5);
    const Theme& theme = Theme::instance();
    QCOMPARE(figure.panels[1].titleColor(theme), theme.parametrization(QStringLiteral("mup")));
}

void TestCheckFigure::theVerdictsLayerStandsOut()
{
    const ChartData figure = checkFigure(*plantedReport(1), 4);
    for (const ChartPanel& panel : figure.panels) {
        QVERIFY(panel.title.endsWith(QStringLiteral("hidden.10")));
        QCOMPARE(panel.series.size(), std::size_t(2));
        QVERIFY(panel.series.back().penWidth > panel.series.front().penWidth);
        QVERIFY(panel.series.back().points.front().yError.has_value());
        QVERIFY(!panel.series.front().points.front().yError);
    }
}

void TestCheckFigure::theChosenLayerStandsOut()
{
    const ChartData figure = checkFigure(*plantedReport(1), 4, "hidden.2");
    for (const ChartPanel& panel : figure.panels)
        QVERIFY(panel.title.endsWith(QStringLiteral("hidden.2")));
}

void TestCheckFigure::valuesAreGeometricMeansOverSeeds()
{
    CheckReport report = checkReport(
        {{{"mup", 32, 1, 3, "a", 1.0}, {"mup", 32, 2, 3, "a", 4.0}, {"mup", 64, 1, 3, "a", 8.0}}, {}, {}});
    const ChartData figure = checkFigure(report, 3, "a");
    const std::vector<ChartPoint>& points = figure.panels.at(0).series.at(0).points;
    QCOMPARE(points.size(), std::size_t(2));
    QCOMPARE(points[0].x, 32.0);
    QCOMPARE(points[0].y, 2.0);
    QCOMPARE(points[0].yError->second, 4.0); // log₂: 1 ± 1
    QVERIFY(points[0].tip.contains(QStringLiteral("2 seeds")));
    QVERIFY(!points[1].yError);
}

void TestCheckFigure::whatDivergedIsInfinite()
{
    const double infinity = std::numeric_limits<double>::infinity();
    const CheckReport report = checkReport({{{"sp", 32, 1, 3, "a", 1.0},
                                             {"sp", 64, 1, 3, "a", std::numeric_limits<double>::quiet_NaN()},
                                             {"sp", 128, 1, 3, "a", 0.0}},
                                            {},
                                            {}});
    const auto points = checkFigure(report, 3).panels.at(0).series.at(0).points;
    QCOMPARE(points[1].y, infinity);
    QVERIFY(points[1].tip.contains(QStringLiteral("diverged")));
    QVERIFY(std::isnan(points[2].y)); // zero has no place on the axis
    const CheckReport diverging = checkReport(
        {{{"sp", 32, 1, 3, "a", 1.0}, {"sp", 64, 1, 3, "a", 2.0}, {"sp", 128, 1, 3, "a", 1e30}}, {}, {}});
    QVERIFY(checkFigure(diverging, 3).y.range->second < 1e6);
}

void TestCheckFigure::oneWidthHasItsPlace()
{
    const ChartData figure = checkFigure(checkReport({{{"mup", 64, 1, 3, "a", 1.0}}, {}, {}}), 3);
    QVERIFY(figure.x.range == std::pair(32.0, 128.0));
    QVERIFY(checkFigure({}, 0).panels.empty());
}

void TestCheckFigure::theDecidingStepIsShownFirst()
{
    QCOMPARE(decidingStep(*plantedReport(0)), std::int64_t(4));
    const auto fails = plantedReport(1);
    QCOMPARE(decidingStep(*fails), fails->verdicts.at(fails->verdicts[0].parametrization == "sp" ? 1 : 0).t);
    QCOMPARE(decidingStep({}), std::int64_t(0));
}

WIDTHWISE_UI_TEST_MAIN(TestCheckFigure)
#include "tst_check_figure.moc"
