// SPDX-License-Identifier: GPL-3.0-or-later
#include "monitor_fixture.h"

#include "tests/ui/ui_test.h"

#include <QLabel>
#include <QLineEdit>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>
#include <QToolButton>

using namespace widthwise;
using namespace widthwise::ui;

/// Which trials the Monitor page shows.
class TestMonitorFilter : public UiTest, protected MonitorFixture {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        UiTest::init();
        open();
    }
    void cleanup() { close(); }
    void theFilterActsOnTableCurvesAndCounts();
    void theLegendNamesWhatIsDrawn();
    void whatTheFilterDoesNotUnderstandIsSaid();
    void theFilterKeepsTheSelection();
    void aPlotWithoutCurvesSaysWhy();
};

void TestMonitorFilter::theFilterActsOnTableCurvesAndCounts()
{
    m_store->append(m_store->saveTrial(m_experiment, 4, TrialState::Running), "val/loss",
                    fallingPoints(0, 500));
    auto* plot = find<CurvePlot>("curves");
    auto* filter = find<QLineEdit>("trialFilter");
    auto* chip = find<QToolButton>("chip-running");
    const auto last = [plot] { return plot->shownRange().right(); };
    QTRY_VERIFY(last() >= 499);
    QTRY_VERIFY(find<QLabel>("legend")->text().contains(QStringLiteral("running")));

    filter->setText(QStringLiteral("number<4"));
    QTRY_COMPARE(last(), 99.0); // of the curves that are left
    QCOMPARE(find<QTableView>("trials")->model()->rowCount(), 4);
    QCOMPARE(find<QLabel>("trialCount")->text(), QStringLiteral("4 of 5 trials"));
    QCOMPARE(chip->text(), QStringLiteral("▶ 0"));
    QVERIFY(chip->isVisible());
    QVERIFY(!find<QLabel>("legend")->text().contains(QStringLiteral("running")));

    filter->setText(QStringLiteral("objective=0.25..0.45"));
    QCOMPARE(find<QTableView>("trials")->model()->rowCount(), 2);
    QCOMPARE(find<QToolButton>("chip-completed")->text(), QStringLiteral("✓ 2"));
    filter->clear();
    QTRY_VERIFY(last() >= 499);

    chip->click();
    QTRY_COMPARE(last(), 99.0);
    QCOMPARE(find<QLabel>("trialCount")->text(), QStringLiteral("4 of 5 trials"));
    QCOMPARE(chip->text(), QStringLiteral("▶ 1"));         // one would come back
    m_store->finish(m_experiment, 4, TrialState::Stopped); // and stands behind another switch now
    QTRY_VERIFY(last() >= 499);
}

void TestMonitorFilter::theLegendNamesWhatIsDrawn()
{
    auto* legend = find<QLabel>("legend");
    QTRY_VERIFY(legend->text().contains(QStringLiteral("failed or diverged")));
    const std::int64_t waiting = m_store->saveTrial(m_experiment, 4, TrialState::Queued);
    QTRY_COMPARE(find<QTableView>("trials")->model()->rowCount(), 5);
    QTest::qWait(400); // the legend is written anew
    QVERIFY2(!legend->text().contains(QStringLiteral("running")), qPrintable(legend->text()));
    m_store->append(waiting, "val/loss", fallingPoints(0, 1));
    QTRY_VERIFY(legend->text().contains(QStringLiteral("running")));
}

void TestMonitorFilter::whatTheFilterDoesNotUnderstandIsSaid()
{
    auto* filter = find<QLineEdit>("trialFilter");
    auto* remark = find<QLabel>("filterRemark");
    QVERIFY(remark->isHidden());
    filter->setText(QStringLiteral("lr<abc width=64"));
    QVERIFY(remark->isVisible());
    QCOMPARE(remark->text(), QStringLiteral("“lr<abc” is left out. “abc” is no number."));
    QCOMPARE(filter->accessibleDescription(), remark->text());
    QCOMPARE(find<QTableView>("trials")->model()->rowCount(), 2);
    filter->setText(QStringLiteral("runing"));
    QCOMPARE(remark->text(), QStringLiteral("“runing” occurs in no trial."));
    QCOMPARE(find<QLabel>("trialCount")->text(), QStringLiteral("0 of 4 trials"));
    filter->clear();
    QVERIFY(remark->isHidden());
}

void TestMonitorFilter::theFilterKeepsTheSelection()
{
    QSignalSpy told(m_page.get(), &Page::trialSelected);
    m_page->selectTrial(1);
    auto* table = find<QTableView>("trials");
    find<QLineEdit>("trialFilter")->setText(QStringLiteral("number!=1"));
    QVERIFY(!table->currentIndex().isValid());
    QCOMPARE(find<CurvePlot>("curves")->selected(), 1);
    QCOMPARE(find<QLabel>("logHeading")->text(), QStringLiteral("Output of trial 1"));
    find<QLineEdit>("trialFilter")->clear();
    QCOMPARE(table->currentIndex().row(), 1);

    find<QToolButton>("chip-failed")->click();
    m_store->finish(m_experiment, 1, TrialState::Failed); // goes from the table by itself
    QTRY_COMPARE(table->model()->rowCount(), 2);
    QTRY_VERIFY(!table->currentIndex().isValid());
    QCOMPARE(find<CurvePlot>("curves")->selected(), 1);
    QCOMPARE(told.size(), 0);
}

void TestMonitorFilter::aPlotWithoutCurvesSaysWhy()
{
    auto* said = find<CurvePlot>("curves")->findChild<QLabel*>(QStringLiteral("plotEmpty"));
    QVERIFY(said->isHidden());
    find<QLineEdit>("trialFilter")->setText(QStringLiteral("lr>1"));
    QTRY_VERIFY(said->isVisible());
    QCOMPARE(said->text(), QStringLiteral("the filter lets no trial through"));
    find<QLineEdit>("trialFilter")->clear();
    QTRY_VERIFY(said->isHidden());
    const std::int64_t other = m_store->addExperiment("other");
    m_store->saveTrial(other, 0, TrialState::Running);
    show(other);
    QTRY_VERIFY(said->isVisible());
    QTRY_COMPARE(said->text(), QStringLiteral("waiting for the first value"));
    m_store->setState(other, ExperimentState::Stopped);
    m_page->showExperiment(m_store->find(other));
    QCOMPARE(said->text(), QStringLiteral("no trial has a value of val/loss"));
    show(m_store->addExperiment("draft", ExperimentState::Draft));
    QCOMPARE(said->text(), QStringLiteral("the search has not been started"));
}

WIDTHWISE_UI_TEST_MAIN(TestMonitorFilter)
#include "tst_monitor_filter.moc"
