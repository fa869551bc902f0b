// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/experiment_file.h"
#include "tests/ui/test_store.h"
#include "tests/ui/ui_test.h"
#include "ui/models/trials_filter.h"
#include "ui/models/trials_model.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace widthwise;
using namespace widthwise::ui;

namespace {

TrialRecord record(int number, TrialState state, std::optional<double> objective = {})
{
    TrialRecord record;
    record.trial.number = number;
    record.trial.configuration.set("lr", 0.001 * (number + 1));
    record.trial.configuration.set("width", std::int64_t(32 + 32 * (number % 2)));
    record.trial.state = state;
    record.trial.objective = objective;
    return record;
}

QList<int> shownNumbers(const TrialsFilter& filter)
{
    QList<int> numbers;
    for (int row = 0; row < filter.rowCount(); ++row)
        numbers.append(filter.mapToSource(filter.index(row, 0)).row());
    return numbers;
}

} // namespace

class TestTrialsModel : public UiTest {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { m_experiment = parseExperiment(TestStore::experimentText()); }
    void columnsFollowTheExperiment();
    void trialsComeAndChange();
    void anUpdateOfANewExperimentReplacesAll();
    void sparklinesGrow();
    void saysWhereAndWhy();
    void showsWhatBefellTheMetrics();
    void sortsByValueWithNothingLast();
    void filtersByTextAndState();
    void countsWhatTheTextLetsThrough();
    void namesAreThoseOfTheExperiment();

private:
    Experiment m_experiment;
};

void TestTrialsModel::columnsFollowTheExperiment()
{
    TrialsModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    const int without = model.columnCount();
    model.setExperiment(&m_experiment);
    QCOMPARE(model.columnCount(), without + 2);
    QCOMPARE(model.headerData(2, Qt::Horizontal, Qt::DisplayRole).toString(), QStringLiteral("lr"));
    QCOMPARE(model.headerData(3, Qt::Horizontal, Qt::DisplayRole).toString(), QStringLiteral("width"));
    QCOMPARE(model.headerData(model.objectiveColumn(), Qt::Horizontal, Qt::DisplayRole).toString(),
             QStringLiteral("best val/loss"));

    Experiment words = m_experiment;
    std::vector<Parameter> parameters = words.space.parameters();
    parameters.push_back({"optimizer", Choices{{std::string("adam"), std::string("sgd")}}, {}, {}});
    words.space = SearchSpace(parameters);
    model.setExperiment(&words);
    const auto alignment = [&model](int column) {
        return model.headerData(column, Qt::Horizontal, Qt::TextAlignmentRole).toInt() &
               Qt::AlignHorizontal_Mask;
    };
    QCOMPARE(alignment(3), int(Qt::AlignRight)); // a number
    QCOMPARE(alignment(4), int(Qt::AlignLeft));

    Experiment sizes = m_experiment; // through which it climbs
    sizes.fidelity = Fidelity{"layers", {1, 2}};
    model.setExperiment(&sizes);
    QCOMPARE(model.columnCount(), without + 3);
    QCOMPARE(model.headerData(4, Qt::Horizontal, Qt::DisplayRole).toString(), QStringLiteral("layers"));
    QCOMPARE(alignment(4), int(Qt::AlignRight));
}

void TestTrialsModel::trialsComeAndChange()
{
    TrialsModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setExperiment(&m_experiment);
    model.apply(TrialsUpdate{1, true, {record(0, TrialState::Running), record(1, TrialState::Queued)}});
    QCOMPARE(model.rowCount(), 2);
    QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
    model.apply(TrialsUpdate{1, false, {record(1, TrialState::Failed), record(2, TrialState::Running)}});
    QCOMPARE(model.rowCount(), 3);
    QCOMPARE(changed.size(), 1);
    QVERIFY(model.index(1, model.stateColumn()).data().toString().contains(QStringLiteral("failed")));
    QCOMPARE(model.index(1, 3).data().toString(), QStringLiteral("64"));
    QCOMPARE(model.describe(1), QStringLiteral("lr 0.002 · width 64"));
    QVERIFY(!model.trial(3));
}

void TestTrialsModel::anUpdateOfANewExperimentReplacesAll()
{
    TrialsModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setExperiment(&m_experiment);
    model.apply(TrialsUpdate{1, true, {record(0, TrialState::Running), record(1, TrialState::Running)}});
    model.apply(TrialsUpdate{2, true, {record(0, TrialState::Completed)}});
    QCOMPARE(model.rowCount(), 1);
    QCOMPARE(model.trial(0)->state, TrialState::Completed);
}

void TestTrialsModel::sparklinesGrow()
{
    TrialsModel model;
    model.setExperiment(&m_experiment);
    model.apply(TrialsUpdate{1, true, {record(0, TrialState::Running), record(1, TrialState::Running)}});
    const auto sparkline = [&model](int row) {
        return model.index(row, model.curveColumn())
            .data(TrialsModel::SparklineRole)
            .value<Sparkline>()
            .values();
    };
    QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
    model.apply(SeriesUpdate{1, {}, true, {{1, false, {{0, 1}, {5, 4}}}, {9, false, {{0}, {1}}}}});
    QCOMPARE(sparkline(0).size(), 0U);
    QCOMPARE(sparkline(1), (std::vector<float>{5, 4}));
    QCOMPARE(changed.size(), 1);
    model.apply(SeriesUpdate{1, {}, false, {{1, true, {{0}, {3}}}}});
    QCOMPARE(sparkline(1), std::vector<float>{3});
    QCOMPARE(changed.back().front().toModelIndex().row(), 1);
}

void TestTrialsModel::saysWhereAndWhy()
{
    TrialsModel model;
    model.setExperiment(&m_experiment);
    TrialRecord running = record(0, TrialState::Running);
    running.trial.device = "n3 cuda:0";
    TrialRecord queued = record(1, TrialState::Queued);
    queued.trial.reason = "waits for its turn";
    TrialRecord failed = record(2, TrialState::Failed);
    failed.trial.device = "n4 cuda:1";
    failed.trial.reason = "exit code 7";
    model.apply(TrialsUpdate{1, true, {running, queued, failed, record(3, TrialState::Pending)}});
    const auto text = [&model](int row) { return model.index(row, model.placeColumn()).data().toString(); };
    QCOMPARE(text(0), QStringLiteral("n3 cuda:0"));
    QCOMPARE(text(1), QStringLiteral("waits for its turn"));
    QCOMPARE(text(2), QStringLiteral("n4 cuda:1 · exit code 7"));
    QCOMPARE(text(3), QString());
    QVERIFY(!model.index(3, model.placeColumn()).data(TrialsModel::SortRole).isValid());

    TrialsFilter filter(model);
    filter.setText(QStringLiteral("n4"));
    QCOMPARE(shownNumbers(filter), QList<int>{2});
}

void TestTrialsModel::showsWhatBefellTheMetrics()
{
    TrialsModel model;
    model.setExperiment(&m_experiment);
    TrialRecord strange = record(0, TrialState::Completed);
    strange.trial.notices = {{Notice::Kind::OutOfOrder, 12, "val/loss", "step 3", " after 9"},
                             {Notice::Kind::Unread, 1, "metrics.jsonl", "line 2", "oops"}};
    model.apply(TrialsUpdate{1, true, {strange, record(1, TrialState::Completed)}});
    const QModelIndex state = model.index(0, model.stateColumn());
    QVERIFY(state.data().toString().endsWith(QStringLiteral("⚠")));
    QVERIFY(!model.index(1, model.stateColumn()).data().toString().contains(QStringLiteral("⚠")));
    QVERIFY(state.data(Qt::AccessibleTextRole).toString().endsWith(QStringLiteral("with notices")));
    QCOMPARE(state.data(Qt::ToolTipRole).toString(),
             QStringLiteral(
                 "12 values came out of order and were dropped, the first is val/loss at step 3 after 9\n"
                 "line 2 of metrics.jsonl could not be read and was skipped: oops"));
}

void TestTrialsModel::sortsByValueWithNothingLast()
{
    TrialsModel model;
    TrialsFilter filter(model);
    QAbstractItemModelTester tester(&filter, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setExperiment(&m_experiment);
    model.apply(TrialsUpdate{1,
                             true,
                             {record(0, TrialState::Completed, 10), record(1, TrialState::Running),
                              record(2, TrialState::Completed, 9), record(3, TrialState::Completed, 0.5)}});
    filter.sort(model.objectiveColumn(), Qt::AscendingOrder);
    QCOMPARE(shownNumbers(filter), (QList<int>{3, 2, 0, 1}));
    filter.sort(model.objectiveColumn(), Qt::DescendingOrder);
    QCOMPARE(shownNumbers(filter), (QList<int>{0, 2, 3, 1}));
    model.apply(TrialsUpdate{1, false, {record(1, TrialState::Completed, 9.5)}});
    QCOMPARE(shownNumbers(filter), (QList<int>{0, 1, 2, 3}));
}

void TestTrialsModel::filtersByTextAndState()
{
    TrialsModel model;
    TrialsFilter filter(model);
    QAbstractItemModelTester tester(&filter, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setExperiment(&m_experiment);
    model.apply(TrialsUpdate{1,
                             true,
                             {record(0, TrialState::Completed), record(1, TrialState::Failed),
                              record(2, TrialState::Running), record(3, TrialState::Running)}});
    filter.sort(0, Qt::AscendingOrder);
    filter.setText(QStringLiteral("width=64"));
    QCOMPARE(shownNumbers(filter), (QList<int>{1, 3}));
    filter.setText(QStringLiteral(" width=64  RUNNING "));
    QCOMPARE(shownNumbers(filter), QList<int>{3});
    filter.setText({});
    filter.setStateShown(TrialState::Running, false);
    QCOMPARE(shownNumbers(filter), (QList<int>{0, 1}));
    QVERIFY(!filter.isStateShown(TrialState::Running));
    model.apply(TrialsUpdate{1, false, {record(3, TrialState::Completed)}});
    QCOMPARE(shownNumbers(filter), (QList<int>{0, 1, 3}));
    filter.setStateShown(TrialState::Running, true);
    QCOMPARE(filter.rowCount(), 4);
}

void TestTrialsModel::countsWhatTheTextLetsThrough()
{
    TrialsModel model;
    TrialsFilter filter(model);
    model.setExperiment(&m_experiment);
    model.apply(TrialsUpdate{1,
                             true,
                             {record(0, TrialState::Completed), record(1, TrialState::Completed),
                              record(2, TrialState::Running), record(3, TrialState::Failed)}});
    filter.setText(QStringLiteral("lr>=0.002"));
    filter.setStateShown(TrialState::Running, false);
    QCOMPARE(filter.counts().at(std::size_t(TrialState::Completed)), 1);
    QCOMPARE(filter.counts().at(std::size_t(TrialState::Running)), 1); // that the switch would bring back
    QVERIFY(!filter.isShown(0) && filter.isShown(1) && !filter.isShown(2) && filter.isShown(3));
    QVERIFY(!filter.isShown(-1) && !filter.isShown(4));
    QCOMPARE(filter.remark(), QString());
    filter.setText(QStringLiteral("failed Running"));
    QVERIFY2(filter.remark().startsWith(QStringLiteral("No trial is running and failed: ")),
             qPrintable(filter.remark()));
    filter.setText(QStringLiteral("failed failed"));
    QCOMPARE(filter.remark(), QString());
}

void TestTrialsModel::namesAreThoseOfTheExperiment()
{
    TrialsModel model;
    TrialsFilter filter(model);
    filter.setText(QStringLiteral("lr<0.002 nowhere"));
    QVERIFY2(filter.remark().startsWith(QStringLiteral("“lr<0.002” is left out. There is no “lr”")),
             qPrintable(filter.remark()));
    model.apply(TrialsUpdate{1, true, {record(0, TrialState::Completed), record(1, TrialState::Completed)}});
    model.setExperiment(&m_experiment);
    QCOMPARE(filter.remark(), QStringLiteral("“nowhere” occurs in no trial."));
    filter.setText(QStringLiteral("lr<0.002"));
    QCOMPARE(shownNumbers(filter), QList<int>{0});
    QCOMPARE(filter.remark(), QString());
}

WIDTHWISE_UI_TEST_MAIN(TestTrialsModel)
#include "tst_trials_model.moc"
