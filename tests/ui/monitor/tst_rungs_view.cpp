// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/experiment_file.h"
#include "tests/ui/ui_test.h"
#include "ui/models/trials_model.h"
#include "ui/monitor/rungs_view.h"
#include "ui/monitor/trials_table.h"
#include "ui/theme/theme.h"

#include <QAbstractItemModelTester>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QTest>

using namespace widthwise;
using namespace widthwise::ui;

namespace {

Experiment experimentWith(const std::string& schedule)
{
    return parseExperiment("name: s\nobjective: {metric: loss}\ntrial: {command: 'train {lr}'}\n"
                           "space: {lr: {type: float, low: 0, high: 1}}\nsearch: {algorithm: random}\n"
                           "budget: {trials: 99}\n" +
                           schedule);
}

Experiment hyperband()
{
    return experimentWith("schedule: {type: hyperband, min_steps: 10, max_steps: 90}\n");
}

TrialRecord trialAt(int number, TrialState state, int bracket, int rung, std::int64_t lastStep,
                    const std::string& reason = {})
{
    TrialRecord record;
    record.trial.number = number;
    record.trial.configuration = Configuration({{"lr", 0.5}});
    record.trial.state = state;
    record.trial.bracket = bracket;
    record.trial.rung = rung;
    record.trial.lastStep = lastStep;
    record.trial.reason = reason;
    return record;
}

/// The table of trials over a model with five trials in two brackets.
struct Shown {
    explicit Shown(const Experiment& experiment = hyperband()) : table(model)
    {
        model.setExperiment(&experiment);
        take({trialAt(0, TrialState::Paused, 0, 0, 10, "waits at step 10: 0.7 is number 2 of 3 there"),
              trialAt(1, TrialState::Running, 0, 1, 15, "goes on from step 10: 0.5 is number 1 of 3 there"),
              trialAt(2, TrialState::Diverged, 0, 0, 4), trialAt(3, TrialState::Running, 0, 0, 2),
              trialAt(4, TrialState::Running, 1, 1, 20)});
        table.resize(900, 400);
        table.show();
    }
    void take(const std::vector<TrialRecord>& records)
    {
        model.apply(TrialsUpdate{1, false, records});
        table.refreshCounts();
    }
    RungsView& rungs() const { return *table.findChild<RungsView*>(); }
    QString cell(int row, int column, int role = Qt::DisplayRole) const
    {
        return rungs().model()->index(row, column).data(role).toString();
    }
    QString header(Qt::Orientation orientation, int section) const
    {
        return rungs().model()->headerData(section, orientation, Qt::DisplayRole).toString();
    }
    bool isMarked(int row, int column) const
    {
        return rungs().model()->index(row, column).data(Qt::ForegroundRole).value<QColor>() ==
               Theme::instance().color(Tone::Accent);
    }
    void click(int row, int column) const
    {
        const QRect box = rungs().visualRect(rungs().model()->index(row, column));
        QTest::mouseClick(rungs().viewport(), Qt::LeftButton, {}, box.center());
    }
    void click(const QHeaderView* header, int section) const
    {
        const int along = header->sectionViewportPosition(section) + header->sectionSize(section) / 2;
        QTest::mouseClick(header->viewport(), Qt::LeftButton, {},
                          header->orientation() == Qt::Horizontal ? QPoint(along, 5) : QPoint(5, along));
    }
    QLineEdit& filter() const { return *table.findChild<QLineEdit*>(QStringLiteral("trialFilter")); }
    QString count() const { return table.findChild<QLabel*>(QStringLiteral("trialCount"))->text(); }

    TrialsModel model;
    TrialsTable table;
};

} // namespace

class TestRungsView : public UiTest {
    Q_OBJECT

private Q_SLOTS:
    void showsWhoStandsWhere();
    void saysWhyInWords();
    void followsTheTrials();
    void aCellFilters();
    void aHeaderFilters();
    void theFilterIsMarked();
    void keysChoose();
    void oneBracketNeedsNoName();
    void isThereOnlyWithRungs();
    void sizesAreNamed();
};

void TestRungsView::showsWhoStandsWhere()
{
    const Shown shown;
    QAbstractItemModelTester tester(shown.rungs().model());
    QVERIFY(shown.rungs().isVisible());
    QCOMPARE(shown.header(Qt::Horizontal, 0), QStringLiteral("step 10"));
    QCOMPARE(shown.header(Qt::Horizontal, 2), QStringLiteral("whole run"));
    QCOMPARE(shown.header(Qt::Vertical, 1), QStringLiteral("bracket 1"));
    QCOMPARE(shown.cell(0, 0), QStringLiteral("▶ 1  ‖ 1  ∞ 1  ↑ 1"));
    QCOMPARE(shown.cell(0, 1), QStringLiteral("▶ 1"));
    QCOMPARE(shown.cell(0, 2), QStringLiteral("–"));
    QCOMPARE(shown.cell(1, 0), QString()); // below where it starts
    QCOMPARE(shown.cell(1, 1), QStringLiteral("▶ 1"));
}

void TestRungsView::saysWhyInWords()
{
    const Shown shown;
    QCOMPARE(shown.cell(0, 0, Qt::AccessibleTextRole),
             QStringLiteral("bracket 0, step 10: 1 running, 1 paused, 1 diverged, 1 went on"));
    QVERIFY(shown.cell(0, 0, Qt::ToolTipRole)
                .endsWith(QStringLiteral("\ntrial 0: waits at step 10: 0.7 is number 2 of 3 there")));
    QVERIFY(shown.cell(0, 1, Qt::ToolTipRole)
                .endsWith(QStringLiteral("\ntrial 1: goes on from step 10: 0.5 is number 1 of 3 there")));
    QCOMPARE(shown.cell(1, 0, Qt::AccessibleTextRole), QStringLiteral("bracket 1 starts higher"));
}

void TestRungsView::followsTheTrials()
{
    Shown shown;
    shown.take({trialAt(3, TrialState::Paused, 0, 0, 10), trialAt(1, TrialState::Paused, 0, 1, 30),
                trialAt(5, TrialState::Running, 2, 2, 1)});
    QCOMPARE(shown.cell(0, 0), QStringLiteral("‖ 2  ∞ 1  ↑ 1"));
    QCOMPARE(shown.cell(0, 1), QStringLiteral("‖ 1"));
    QCOMPARE(shown.header(Qt::Vertical, 2), QStringLiteral("bracket 2"));
    QCOMPARE(shown.cell(2, 2), QStringLiteral("▶ 1"));
}

void TestRungsView::aCellFilters()
{
    const Shown shown;
    shown.filter().setText(QStringLiteral("state=running"));
    shown.click(0, 0);
    QCOMPARE(shown.filter().text(), QStringLiteral("state=running bracket=0 rung=0"));
    QCOMPARE(shown.count(), QStringLiteral("1 of 5 trials"));
    QVERIFY(shown.table.isShown(3) && !shown.table.isShown(0) && !shown.table.isShown(1));
    shown.click(0, 1);
    QCOMPARE(shown.filter().text(), QStringLiteral("state=running bracket=0 rung=1"));
    QVERIFY(shown.table.isShown(1) && !shown.table.isShown(4));
    shown.click(0, 1);
    QCOMPARE(shown.filter().text(), QStringLiteral("state=running"));
    shown.filter().setText(QStringLiteral("Rung>=1 lr<0.9 bracket=0..2"));
    shown.click(0, 0);
    QCOMPARE(shown.filter().text(), QStringLiteral("lr<0.9 bracket=0 rung=0"));
}

void TestRungsView::aHeaderFilters()
{
    const Shown shown;
    shown.click(shown.rungs().horizontalHeader(), 1);
    QCOMPARE(shown.filter().text(), QStringLiteral("rung=1"));
    QVERIFY(shown.table.isShown(1) && shown.table.isShown(4) && !shown.table.isShown(0));
    shown.click(shown.rungs().verticalHeader(), 1);
    QCOMPARE(shown.filter().text(), QStringLiteral("bracket=1"));
    QCOMPARE(shown.count(), QStringLiteral("1 of 5 trials"));
    shown.click(shown.rungs().verticalHeader(), 1);
    QCOMPARE(shown.filter().text(), QString());
}

void TestRungsView::theFilterIsMarked()
{
    const Shown shown;
    shown.filter().setText(QStringLiteral("lr<0.9 rung=1"));
    QVERIFY(shown.isMarked(0, 1) && shown.isMarked(1, 1) && !shown.isMarked(0, 0));
    shown.filter().setText(QStringLiteral("rung=1 bracket=0"));
    QVERIFY(shown.isMarked(0, 1) && !shown.isMarked(1, 1));
    shown.filter().setText(QStringLiteral("rung!=1"));
    QVERIFY(!shown.isMarked(0, 1));
    QCOMPARE(shown.count(), QStringLiteral("3 of 5 trials"));
}

void TestRungsView::keysChoose()
{
    const Shown shown;
    shown.rungs().setCurrentIndex(shown.rungs().model()->index(1, 1));
    QTest::keyClick(&shown.rungs(), Qt::Key_Return);
    QCOMPARE(shown.filter().text(), QStringLiteral("bracket=1 rung=1"));
}

void TestRungsView::oneBracketNeedsNoName()
{
    Shown shown(experimentWith("schedule: {type: asha, min_steps: 10, max_steps: 90}\n"));
    shown.model.apply(TrialsUpdate{1, true, {}});
    shown.take({trialAt(0, TrialState::Paused, 0, 0, 10)});
    QVERIFY(!shown.rungs().verticalHeader()->isVisible());
    shown.click(0, 0);
    QCOMPARE(shown.filter().text(), QStringLiteral("rung=0"));
}

void TestRungsView::isThereOnlyWithRungs()
{
    Shown shown;
    QVERIFY(shown.rungs().isVisible());
    const Experiment plain = experimentWith({});
    shown.model.setExperiment(&plain);
    shown.table.refreshCounts();
    QVERIFY(!shown.rungs().isVisible());
    shown.filter().setText(QStringLiteral("rung=0"));
    QVERIFY(shown.table.findChild<QLabel*>(QStringLiteral("filterRemark"))
                ->text()
                .contains(QStringLiteral("There is no “rung”")));
}

void TestRungsView::sizesAreNamed()
{
    Shown shown(parseExperiment(
        "name: s\nobjective: {metric: loss}\ntrial: {command: 'train {lr} {width}'}\n"
        "space: {lr: {type: float, low: 0, high: 1}, width: 32}\nsearch: {algorithm: random}\n"
        "budget: {trials: 99}\nschedule: {type: asha}\nfidelity: {kind: width, values: [32, 64]}\n"));
    QCOMPARE(shown.header(Qt::Horizontal, 1), QStringLiteral("width 64"));
    TrialRecord wider = trialAt(5, TrialState::Running, 0, 1, 3);
    wider.trial.promotedFrom = 2;
    shown.take({trialAt(2, TrialState::Completed, 0, 0, 90), wider});
    QVERIFY2(shown.cell(0, 0).endsWith(QStringLiteral("↑ 1")), qPrintable(shown.cell(0, 0)));
}

WIDTHWISE_UI_TEST_MAIN(TestRungsView)
#include "tst_rungs_view.moc"
