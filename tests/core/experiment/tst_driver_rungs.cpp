// SPDX-License-Identifier: GPL-3.0-or-later
// How trials end where a scheduler decides: by themselves at their rung, when asked, or with a whole run.
#include "tests/core/experiment/driver_simulation.h"

#include <QTest>
#include <limits>

using namespace widthwise;
using namespace std::chrono_literals;
using Kind = Command::Kind;

namespace {

Experiment withRungs(const std::string& scheduler, int parallel, int trials)
{
    Experiment experiment = simulatedExperiment(parallel, trials);
    experiment.schedule = {scheduler, {{"min_steps", 2}, {"max_steps", 18}, {"eta", 3}, {"run_on", 0}}};
    return experiment;
}

bool says(const DriverSimulation& s, int trial, const std::string& part)
{
    return s.trial(trial).reason.find(part) != std::string::npos;
}

} // namespace

class TestDriverRungs : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aProgramAtItsRungEndsByItself()
    {
        DriverSimulation s(withRungs("asha", 1, 3));
        s.start(0);
        s.report(0, 2, 1);
        s.wait(Driver::stopGrace - 1s);
        QVERIFY(s.stopRequests.empty());
        s.exit(0);
        QCOMPARE(s.stateOf(0), TrialState::Paused);
        QVERIFY(says(s, 0, "waits at step 2"));
        s.wait(Driver::stopGrace * 3);
        QVERIFY(s.stopRequests.empty() && s.kills.empty());
    }

    void whatGoesOnBeyondItsRungIsAskedToStop()
    {
        DriverSimulation s(withRungs("asha", 1, 3));
        s.start(0);
        s.report(0, 2, 1);
        s.wait(20s);
        s.report(0, 3, 1);
        QCOMPARE(s.stopRequests, std::set<int>{0});
        QVERIFY(says(s, 0, "it went on beyond step 2 and was asked to stop"));
        s.stopRequests.clear();
        s.report(0, 4, 1);
        s.wait(Driver::stopGrace - 1s);
        QVERIFY(s.stopRequests.empty() && s.kills.empty());
        s.wait(1s);
        QCOMPARE(s.kills, std::set<int>{0});
    }

    void whatDivergesBeyondItsRungIsAskedAtOnce()
    {
        DriverSimulation s(withRungs("asha", 1, 3));
        s.start(0);
        s.report(0, 2, 1);
        s.report(0, 3, std::numeric_limits<double>::quiet_NaN());
        QCOMPARE(s.stopRequests, std::set<int>{0});
        s.exit(0);
        QCOMPARE(s.stateOf(0), TrialState::Diverged);
    }

    void whatSkipsItsRungIsAskedAtOnce()
    {
        DriverSimulation s(withRungs("asha", 1, 3));
        s.start(0);
        s.report(0, 5, 1);
        QCOMPARE(s.stopRequests, std::set<int>{0});
    }

    /// Also where the driver was killed meanwhile.
    void whatDoesNotEndIsAskedAfterAGrace_data()
    {
        QTest::addColumn<bool>("rebuilt");
        QTest::newRow("same driver") << false;
        QTest::newRow("another driver") << true;
    }
    void whatDoesNotEndIsAskedAfterAGrace()
    {
        QFETCH(const bool, rebuilt);
        DriverSimulation s(withRungs("asha", 1, 3));
        const auto perhapsRebuild = [&] {
            if (rebuilt)
                s.rebuild();
        };
        s.start(0);
        s.report(0, 2, 1);
        s.wait(Driver::stopGrace / 2);
        perhapsRebuild();
        s.wait(Driver::stopGrace / 2 - 1s);
        QVERIFY(s.stopRequests.empty());
        s.wait(1s);
        QCOMPARE(s.stopRequests, std::set<int>{0});
        QVERIFY(says(s, 0, "it had not ended 1min later and was asked to stop"));
        s.stopRequests.clear();
        perhapsRebuild();
        s.wait(Driver::stopGrace - 1s);
        QVERIFY(s.stopRequests.empty() && s.kills.empty());
        s.wait(1s);
        QCOMPARE(s.kills, std::set<int>{0});
    }

    void aPersonsWishLeavesItTimeForItsCheckpoint_data()
    {
        QTest::addColumn<Kind>("kind");
        QTest::addColumn<TrialState>("becomes");
        QTest::newRow("pause") << Kind::PauseTrial << TrialState::Paused;
        QTest::newRow("stop") << Kind::StopTrial << TrialState::Stopped;
        QTest::newRow("stop of all") << Kind::Stop << TrialState::Stopped;
    }
    void aPersonsWishLeavesItTimeForItsCheckpoint()
    {
        QFETCH(const Kind, kind);
        QFETCH(const TrialState, becomes);
        DriverSimulation s(withRungs("asha", 1, 3));
        s.start(0);
        s.report(0, 2, 1);
        s.command(kind, 0);
        QVERIFY(s.stopRequests.empty());
        s.exit(0);
        QCOMPARE(s.stateOf(0), becomes);
        QCOMPARE(s.trial(0).agent, kind == Kind::Stop ? Agent::Experiment : Agent::Person);
    }

    void aWholeRunIsCompleteWhereverItWasToPause_data()
    {
        QTest::addColumn<QList<int>>("steps");
        QTest::newRow("one report") << QList<int>{18};
        QTest::newRow("in spite of its rung") << QList<int>{2, 18};
        QTest::newRow("although it was asked to stop") << QList<int>{2, 3, 18};
        QTest::newRow("beyond") << QList<int>{1, 20};
    }
    void aWholeRunIsCompleteWhereverItWasToPause()
    {
        QFETCH(const QList<int>, steps);
        for (const std::string scheduler : {"asha", "halving", "hyperband", "pbt"}) {
            Experiment experiment = withRungs(scheduler, 1, 3);
            if (scheduler == "pbt")
                experiment.schedule.settings = {{"min_steps", 2}, {"max_steps", 18}, {"population", 3}};
            DriverSimulation s(experiment);
            for (int trial = 0; trial < 3; ++trial) {
                s.start(trial);
                for (const int step : steps)
                    s.report(trial, step, 1 + trial);
                s.rebuild();
                s.exit(trial);
                QCOMPARE(s.stateOf(trial), TrialState::Completed);
                QVERIFY2(s.trial(trial).reason.empty(), s.trial(trial).reason.c_str());
                QVERIFY(!s.trial(trial).untilStep);
            }
            QCOMPARE(s.state, ExperimentState::Completed);
            QCOMPARE(s.launches.size(), 3U); // none is run again
        }
    }

    void aWholeRunIsNotStopped()
    {
        DriverSimulation s(withRungs("asha-stopping", 1, 8));
        for (int trial = 0; trial < 8; ++trial) {
            s.start(trial);
            s.report(trial, 18, 1 + trial);
            s.exit(trial);
            QCOMPARE(s.stateOf(trial), TrialState::Completed);
        }
        QVERIFY(s.stopRequests.empty());
    }

    /// However late it hears of it.
    void whatIsSaidAfterTheStopDecidesNothing_data()
    {
        QTest::addColumn<double>("later");
        QTest::newRow("better") << -1.;
        QTest::newRow("diverged") << std::numeric_limits<double>::quiet_NaN();
    }
    void whatIsSaidAfterTheStopDecidesNothing()
    {
        QFETCH(const double, later);
        for (const std::string scheduler : {"median", "asha-stopping"}) {
            Experiment experiment = withRungs(scheduler, 4, 5);
            if (scheduler == "median")
                experiment.schedule.settings = {};
            experiment.objective.value = ObjectiveValue::Last;
            DriverSimulation s(experiment);
            for (int trial = 0; trial < 4; ++trial)
                s.start(trial);
            for (int trial = 0; trial < 3; ++trial)
                s.report(trial, 2, 0.1 * trial);
            s.report(3, 2, 5);
            QVERIFY(s.stopRequests.contains(3));
            s.report(3, 3, later);
            s.report(3, 18, later);
            s.exit(3);
            QCOMPARE(s.stateOf(3), TrialState::Stopped);
            QCOMPARE(*s.trial(3).objective, 5.);
            QCOMPARE(*s.trial(3).lastStep, 2);
        }
    }

    void aRetryAfterTheEndDoesNotWaitForEver()
    {
        DriverSimulation s(withRungs("halving", 1, 3));
        while (s.state == ExperimentState::Running) {
            const int trial = s.launches.back().first;
            s.start(trial);
            s.report(trial, s.trial(trial).untilStep.value_or(18), 1 + trial);
            s.exit(trial);
        }
        QCOMPARE(s.state, ExperimentState::Completed);
        s.command(Kind::RetryTrial, 2);
        s.start(2);
        s.report(2, 2, 1);
        s.exit(2);
        QCOMPARE(s.stateOf(2), TrialState::Stopped);
        QCOMPARE(s.trial(2).agent, Agent::Experiment);
        QVERIFY2(says(s, 2, "not trained beyond step 2"), s.trial(2).reason.c_str());
        QCOMPARE(s.state, ExperimentState::Completed);
        QVERIFY(s.driver().finished());
    }
};

QTEST_APPLESS_MAIN(TestDriverRungs)
#include "tst_driver_rungs.moc"
