// SPDX-License-Identifier: GPL-3.0-or-later
#include "monitor_fixture.h"

#include "core/experiment/experiment_change.h"
#include "core/store/database.h"
#include "tests/ui/ui_test.h"
#include "ui/models/trials_model.h"

#include <QComboBox>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QSignalSpy>
#include <QStyle>
#include <QTableView>
#include <QTest>
#include <QToolButton>

using namespace widthwise;
using namespace widthwise::ui;

/// The Monitor page: its trials, their curves, and what is selected.
class TestMonitorPage : public UiTest, protected MonitorFixture {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        UiTest::init();
        open();
    }
    void cleanup() { close(); }
    void showsTrialsAndMetrics();
    void tableAndCurvesSelectTheSameTrial();
    void keysReachTrialsAndFilter();
    void learningRatesOfTheSelectedTrial();
    void anotherExperimentStartsAfresh();
    void aSingleValueIsSeenInTheTable();
    void columnWidthsBelongToColumns();
    void theReasonOfAFailedSearchStandsAbove();
    void whatWasChangedStandsAbove();
};

void TestMonitorPage::showsTrialsAndMetrics()
{
    auto* metric = find<QComboBox>("metric");
    QCOMPARE(metric->currentText(), QStringLiteral("val/loss")); // the objective
    QCOMPARE(metric->count(), 3);
    metric->setCurrentText(QStringLiteral("train/loss"));
    QTRY_COMPARE(find<CurvePlot>("curves")->shownRange().right(), 199.0);
    QCOMPARE(find<QToolButton>("chip-completed")->text(), QStringLiteral("✓ 3"));
    QVERIFY(find<QToolButton>("chip-failed")->isVisible());
    QVERIFY(!find<QToolButton>("chip-queued")->isVisible());
    find<QToolButton>("chip-failed")->click();
    QCOMPARE(find<QLabel>("trialCount")->text(), QStringLiteral("3 of 4 trials"));
    metric->setCurrentText(QStringLiteral("val/loss"));
}

void TestMonitorPage::tableAndCurvesSelectTheSameTrial()
{
    QSignalSpy told(m_page.get(), &Page::trialSelected);
    auto* table = find<QTableView>("trials");
    auto* plot = find<CurvePlot>("curves");
    table->setCurrentIndex(table->model()->index(1, 0));
    QCOMPARE(plot->selected(), 1);
    QCOMPARE(told.size(), 1);
    Q_EMIT plot->selectedByHand(2);
    QCOMPARE(table->currentIndex().row(), 2);
    QCOMPARE(told.size(), 2);
    QCOMPARE(told.back().front().toInt(), 2);
    m_page->selectTrial(0); // from another page: not told again
    QCOMPARE(table->currentIndex().row(), 0);
    QCOMPARE(plot->selected(), 0);
    QCOMPARE(told.size(), 2);
    Q_EMIT plot->selectedByHand(-1);
    QVERIFY(!table->currentIndex().isValid());
}

void TestMonitorPage::keysReachTrialsAndFilter()
{
    auto* table = find<QTableView>("trials");
    table->setFocus();
    table->setCurrentIndex(table->model()->index(0, 0));
    QTest::keyClick(table, Qt::Key_J);
    QCOMPARE(table->currentIndex().row(), 1);
    QTest::keyClick(table, Qt::Key_K);
    QCOMPARE(table->currentIndex().row(), 0);
    QTest::keyClick(table, Qt::Key_L);
    QVERIFY(find<CurvePlot>("curves")->logY());
    QVERIFY(find<QToolButton>("logY")->isChecked());
    QTest::keyClick(table, Qt::Key_L, Qt::ShiftModifier);
    QVERIFY(find<CurvePlot>("curves")->logX());
    QTest::keyClick(table, Qt::Key_Slash);
    auto* filter = find<QLineEdit>("trialFilter");
    QTRY_VERIFY(filter->hasFocus());
    QTest::keyClicks(filter, QStringLiteral("failed")); // letters are text here, not shortcuts
    QCOMPARE(table->model()->rowCount(), 1);
    QVERIFY(find<CurvePlot>("curves")->logY());
}

void TestMonitorPage::learningRatesOfTheSelectedTrial()
{
    auto* rates = find<CurvePlot>("learningRates");
    QVERIFY(!rates->isVisible());
    m_page->selectTrial(2);
    QTRY_VERIFY(rates->isVisible());
    QTRY_COMPARE(rates->shownRange().right(), 49.0);
    m_page->selectTrial(-1);
    QVERIFY(!rates->isVisible());

    m_page->hide(); // chosen on another page
    m_page->selectTrial(2);
    QTRY_VERIFY(!rates->isHidden());
    m_page->show();
    QTRY_COMPARE(rates->shownRange().right(), 49.0);
}

void TestMonitorPage::anotherExperimentStartsAfresh()
{
    m_page->selectTrial(1);
    const std::int64_t other = m_store->addExperiment("other");
    m_store->append(m_store->saveTrial(other, 0, TrialState::Running), "val/loss", fallingPoints(0, 30));
    show(other);
    QTRY_COMPARE(find<QTableView>("trials")->model()->rowCount(), 1);
    QTRY_COMPARE(find<CurvePlot>("curves")->shownRange().right(), 29.0);
    QCOMPARE(find<CurvePlot>("curves")->selected(), -1);
    m_page->showExperiment({});
    QCOMPARE(find<QTableView>("trials")->model()->rowCount(), 0);
}

void TestMonitorPage::aSingleValueIsSeenInTheTable()
{
    const std::int64_t other = m_store->addExperiment("other");
    m_store->saveTrial(other, 0, TrialState::Running);
    m_store->append(m_store->saveTrial(other, 1, TrialState::Running), "val/loss", {{1, 0.5}});
    show(other);
    auto* table = find<QTableView>("trials");
    QTRY_COMPARE(table->model()->rowCount(), 2);
    const auto cell = [table](int row) { // with the shape of the curve
        return table->viewport()->grab(table->visualRect(table->model()->index(row, 4))).toImage();
    };
    QTRY_COMPARE(find<CurvePlot>("curves")->shownRange().left(), 0.5);
    QTRY_VERIFY(cell(1) != cell(0));
}

void TestMonitorPage::columnWidthsBelongToColumns()
{
    auto* table = find<QTableView>("trials");
    const auto widthOf = [table](const char* title) {
        for (int column = 0; column < table->model()->columnCount(); ++column)
            if (table->model()->headerData(column, Qt::Horizontal).toString() == QString::fromLatin1(title))
                return table->columnWidth(column);
        return -1;
    };
    const QString longest = TrialsModel::stateText(TrialState::Completed, true);
    const int margins = 2 * (table->style()->pixelMetric(QStyle::PM_FocusFrameHMargin, nullptr, table) + 1);
    QVERIFY(table->columnWidth(1) >= table->fontMetrics().horizontalAdvance(longest) + margins);
    const int usual = widthOf("width");
    table->setColumnWidth(3, usual + 77); // as a person does with the mouse
    table->sortByColumn(3, Qt::DescendingOrder);
    table->horizontalHeader()->moveSection(3, 1);

    const std::int64_t other = m_store->addExperiment("other");
    {
        Database database(m_store->file().toStdString());
        std::string text = TestStore::experimentText();
        text.replace(text.find("  lr:"), 5, "  depth: {type: integer, low: 1, high: 9}\n  lr:");
        Experiments(database).setYaml(other, "other", text);
    }
    show(other); // depth, lr, width: what was second is third
    QCOMPARE(widthOf("width"), usual + 77);
    QVERIFY(widthOf("lr") < usual + 77);
    QCOMPARE(table->horizontalHeader()->visualIndex(3), 3);
    QCOMPARE(table->horizontalHeader()->sortIndicatorSection(), 0);

    m_page = std::make_unique<MonitorPage>(*m_client); // after a restart
    m_page->resize(1000, 800);
    m_page->show();
    m_page->showExperiment(m_store->find(m_experiment));
    table = find<QTableView>("trials");
    QCOMPARE(table->columnWidth(3), usual + 77);
}

void TestMonitorPage::theReasonOfAFailedSearchStandsAbove()
{
    auto* reason = find<QLabel>("searchReason");
    QVERIFY(reason->isHidden());
    std::string text = "its trials cannot be started:";
    for (int i = 0; i < 60; ++i)
        text += " no such file";
    m_store->setState(m_experiment, ExperimentState::Failed, text);
    m_page->showExperiment(m_store->find(m_experiment));
    QVERIFY(reason->isVisible());
    QCOMPARE(reason->text(), QStringLiteral("✕ failed: ") + QString::fromStdString(text));
    QTRY_VERIFY(reason->width() > 900);
    QVERIFY(reason->height() >= reason->heightForWidth(reason->width()));
    QCOMPARE(reason->mapTo(m_page.get(), QPoint()).y(), 0);
    m_store->setState(m_experiment, ExperimentState::Stopped, "stopped by request");
    m_page->showExperiment(m_store->find(m_experiment));
    QCOMPARE(reason->text(), QStringLiteral("■ stopped by request"));
    m_page->showExperiment(m_store->find(m_store->addExperiment("other")));
    QVERIFY(reason->isHidden());
}

void TestMonitorPage::whatWasChangedStandsAbove()
{
    ExperimentRecord record = m_store->find(m_experiment);
    auto* changes = find<QLabel>("experimentChanges");
    QVERIFY(!changes->isVisible());
    record.changes =
        toJson({{currentTime(), {"budget.trials: 10 → 20"}}, {currentTime(), {"a → b", "c → d"}}});
    m_page->showExperiment(record);
    QVERIFY(changes->isVisible());
    QVERIFY2(changes->text().endsWith(QStringLiteral(": a → b · c → d (and 1 more)")),
             qPrintable(changes->text()));
    QVERIFY(changes->toolTip().contains(QStringLiteral("budget.trials: 10 → 20")));
}

WIDTHWISE_UI_TEST_MAIN(TestMonitorPage)
#include "tst_monitor_page.moc"
