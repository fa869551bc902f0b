// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/ranking.h"

#include <QTest>

#include <limits>

using namespace widthwise;

namespace {

Trial trial(int number, TrialState state, std::optional<double> objective)
{
    Trial made;
    made.number = number;
    made.state = state;
    made.objective = objective;
    return made;
}

Trial stopping(Trial made, TrialState becomes)
{
    made.stop = StopRequest{becomes, {}};
    return made;
}

} // namespace

class TestRanking : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aStateDecidesWhetherAValueCounts_data()
    {
        QTest::addColumn<TrialState>("state");
        QTest::addColumn<bool>("usable");
        QTest::addColumn<bool>("settled");
        QTest::addColumn<bool>("comparable");
        using enum TrialState;
        QTest::newRow("pending") << Pending << true << false << false;
        QTest::newRow("queued") << Queued << true << false << false;
        QTest::newRow("running") << Running << true << false << false;
        QTest::newRow("paused") << Paused << true << false << false;
        QTest::newRow("completed") << Completed << true << true << true;
        QTest::newRow("stopped") << Stopped << true << true << false;
        QTest::newRow("failed") << Failed << false << false << false;
        QTest::newRow("diverged") << Diverged << false << false << false;
    }
    void aStateDecidesWhetherAValueCounts()
    {
        QFETCH(const TrialState, state);
        const Trial valued = trial(0, state, 0.5);
        QTEST(isUsable(valued), "usable");
        QTEST(isSettled(valued), "settled");
        QTEST(isComparable(valued), "comparable");
        for (const Trial& without :
             {trial(0, state, {}), trial(0, state, std::numeric_limits<double>::quiet_NaN()),
              trial(0, state, -std::numeric_limits<double>::infinity())}) {
            QVERIFY(!isUsable(without));
            QVERIFY(!isSettled(without));
            QVERIFY(!isComparable(without));
        }
    }

    void whatIsStoppedBecauseItDivergedCountsNoMore()
    {
        const Trial running = trial(0, TrialState::Running, 0.5);
        QVERIFY(!isUsable(stopping(running, TrialState::Diverged)));
        QVERIFY(failedOrDiverged(stopping(running, TrialState::Diverged)));
        QVERIFY(isUsable(stopping(running, TrialState::Stopped)));
        QVERIFY(isUsable(stopping(running, TrialState::Paused)));
    }

    void theBestIsUsable()
    {
        const std::vector<Trial> trials{
            trial(0, TrialState::Completed, 0.5),
            trial(1, TrialState::Failed, 0.1),
            trial(2, TrialState::Diverged, 0.2),
            trial(3, TrialState::Running, 0.3),
            trial(4, TrialState::Pending, {}),
            stopping(trial(5, TrialState::Running, 0.0), TrialState::Diverged),
            trial(6, TrialState::Stopped, 0.3),
        };
        Experiment experiment;
        QCOMPARE(bestTrial(experiment, trials)->number, 3);
        experiment.objective.direction = Direction::Maximize;
        QCOMPARE(bestTrial(experiment, trials)->number, 0);
        QVERIFY(bestTrial(experiment, std::span(trials).subspan(1, 2)) == nullptr);
        QVERIFY(bestTrial(experiment, std::span(trials).subspan(4, 2)) == nullptr);
    }

    /// Its value does not compare with that of a smaller model.
    void theLargestModelCounts()
    {
        std::vector<Trial> trials{trial(0, TrialState::Completed, 0.1), trial(1, TrialState::Completed, 0.5),
                                  trial(2, TrialState::Completed, 0.4), trial(3, TrialState::Diverged, 0.0)};
        trials[1].rung = trials[2].rung = 1;
        trials[3].rung = 2;
        Experiment experiment;
        QCOMPARE(bestTrial(experiment, trials)->number, 0);
        experiment.fidelity = Fidelity{"width", {32, 64, 128}};
        QCOMPARE(bestTrial(experiment, trials)->number, 2);
    }

    void theObjectiveSaysWhichValueCounts()
    {
        Objective objective;
        QVERIFY(replaces(objective, 0.5, {}));
        QVERIFY(replaces(objective, 0.4, 0.5));
        QVERIFY(!replaces(objective, 0.5, 0.5));
        QVERIFY(!replaces(objective, 0.6, 0.5));
        objective.direction = Direction::Maximize;
        QVERIFY(replaces(objective, 0.6, 0.5));
        objective.value = ObjectiveValue::Last;
        QVERIFY(replaces(objective, 0.4, 0.5));
    }

    void aGoalIsReachedByItsVeryValue()
    {
        Objective objective;
        QVERIFY(!reachesGoal(objective, 0));
        objective.goal = 0.3;
        QVERIFY(reachesGoal(objective, 0.3));
        QVERIFY(reachesGoal(objective, 0.2));
        QVERIFY(!reachesGoal(objective, 0.4));
        objective.direction = Direction::Maximize;
        QVERIFY(reachesGoal(objective, 0.4));
        QVERIFY(!reachesGoal(objective, 0.2));
    }
};

QTEST_APPLESS_MAIN(TestRanking)
#include "tst_ranking.moc"
