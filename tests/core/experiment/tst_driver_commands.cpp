// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/experiment/driver_simulation.h"

#include <QTest>

using namespace widthwise;
using namespace std::chrono_literals;
using Kind = Command::Kind;

class TestDriverCommands : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void startsNothingWhilePaused()
    {
        DriverSimulation s(simulatedExperiment(1, 3));
        s.command(Kind::Pause);
        QCOMPARE(s.state, ExperimentState::Paused);
        s.complete(0, 1);
        QCOMPARE(s.stateOf(0), TrialState::Completed);
        QCOMPARE(s.saved.size(), 1U);
        QVERIFY(!s.driver().finished());
        s.command(Kind::Resume);
        QCOMPARE(s.state, ExperimentState::Running);
        QCOMPARE(s.saved.size(), 2U);
    }

    void stopsWhatRunsAndCancelsWhatWaits()
    {
        DriverSimulation s(simulatedExperiment(2, 9));
        s.start(0);
        s.start(1);
        s.exit(1, TrialExit::Kind::Failed, "x");
        s.start(2);
        s.command(Kind::RetryTrial, 1); // waits for a slot
        QCOMPARE(s.stateOf(1), TrialState::Pending);
        s.command(Kind::Stop);
        QCOMPARE(s.state, ExperimentState::Stopped);
        QCOMPARE(s.stateOf(1), TrialState::Cancelled);
        QCOMPARE(s.stopRequests, (std::set<int>{0, 2}));
        s.exit(0);
        s.exit(2, TrialExit::Kind::Failed, "ended by signal 15");
        QCOMPARE(s.stateOf(0), TrialState::Stopped);
        QCOMPARE(s.stateOf(2), TrialState::Stopped);
        QVERIFY(s.driver().finished());
        QCOMPARE(s.saved.size(), 3U);
    }

    void killsWhenStoppedTwice()
    {
        DriverSimulation s(simulatedExperiment(2, 9));
        s.start(0);
        s.start(1);
        s.command(Kind::StopTrial, 0);
        QVERIFY(s.kills.empty());
        s.command(Kind::StopTrial, 0);
        QCOMPARE(s.kills, std::set<int>{0});
        s.command(Kind::Stop);
        s.command(Kind::Stop);
        QCOMPARE(s.kills, (std::set<int>{0, 1}));
    }

    void goesOnAfterAStop()
    {
        DriverSimulation s(simulatedExperiment(1, 3));
        s.command(Kind::Stop);
        s.exit(0, TrialExit::Kind::Unstarted, "stopped before it started");
        QCOMPARE(s.stateOf(0), TrialState::Cancelled);
        QVERIFY(s.driver().finished());
        s.command(Kind::Resume);
        QCOMPARE(s.state, ExperimentState::Running);
        QCOMPARE(s.stateOf(0), TrialState::Queued);
        QCOMPARE(s.trial(0).attempt, 2);
        for (int i = 0; i < 3; ++i)
            s.complete(i, 1);
        QCOMPARE(s.state, ExperimentState::Completed);
    }

    void undoesAStopWhileCheckpointsAreWritten()
    {
        DriverSimulation s(simulatedExperiment(3, 9));
        for (int i = 0; i < 3; ++i) {
            s.start(i);
            s.report(i, 10, 0.5);
        }
        s.command(Kind::StopTrial, 2); // by itself, and for good
        s.command(Kind::Stop);
        s.exit(0); // its checkpoint is written
        QCOMPARE(s.stateOf(0), TrialState::Stopped);
        s.command(Kind::Resume);
        QCOMPARE(s.state, ExperimentState::Running);
        QCOMPARE(s.launches.back(), (std::pair{0, true}));
        QCOMPARE(*s.trial(0).lastStep, 10);
        QVERIFY(s.kills.empty());
        s.exit(1);
        QCOMPARE(s.stateOf(1), TrialState::Queued);
        QCOMPARE(s.launches.back(), (std::pair{1, true}));
        s.exit(2);
        QCOMPARE(s.stateOf(2), TrialState::Stopped);
        QCOMPARE(s.trial(2).attempt, 1);
        QCOMPARE(s.stateOf(3), TrialState::Queued); // in its place
    }

    void goesOnFromCheckpointsLongAfterAStop()
    {
        DriverSimulation s(simulatedExperiment(2, 2));
        s.start(0);
        s.report(0, 10, 0.5);
        s.command(Kind::Stop);
        s.exit(0);
        s.exit(1, TrialExit::Kind::Unstarted, "stopped before it started");
        QVERIFY(s.driver().finished());
        s.wait(1h);
        s.command(Kind::Resume);
        QCOMPARE(s.launches[s.launches.size() - 2], (std::pair{0, true}));
        QCOMPARE(s.launches.back(), (std::pair{1, false}));
        s.start(0);
        s.report(0, 20, 0.4);
        s.exit(0);
        s.complete(1, 1);
        QCOMPARE(s.stateOf(0), TrialState::Completed);
        QCOMPARE(s.state, ExperimentState::Completed);
        QCOMPARE(s.saved.size(), 2U);
    }

    void aFailedExperimentGoesOnWithItsFailedTrials()
    {
        Experiment experiment = simulatedExperiment(1, 4);
        experiment.budget.failedTrials = 1;
        DriverSimulation s(experiment);
        for (int i = 0; i < 2; ++i) {
            s.start(i);
            s.exit(i, TrialExit::Kind::Failed, "out of memory");
        }
        QCOMPARE(s.state, ExperimentState::Failed);
        s.command(Kind::Resume);
        QCOMPARE(s.state, ExperimentState::Running);
        for (int i = 0; i < 4; ++i)
            s.complete(i, 1);
        QCOMPARE(s.state, ExperimentState::Completed);
        QCOMPARE(s.trial(0).attempt, 2);
        QCOMPARE(s.trial(1).attempt, 2);
    }

    void pausesATrialAndGoesOnFromItsCheckpoint()
    {
        DriverSimulation s(simulatedExperiment(1, 1));
        s.start(0);
        s.report(0, 10, 0.5);
        s.wait(30s);
        s.command(Kind::PauseTrial, 0);
        QVERIFY(s.stopRequests.contains(0));
        s.exit(0);
        QCOMPARE(s.stateOf(0), TrialState::Paused);
        QCOMPARE(s.state, ExperimentState::Running);
        s.wait(1000s);
        s.command(Kind::ResumeTrial, 0);
        QCOMPARE(s.stateOf(0), TrialState::Queued);
        QCOMPARE(s.trial(0).attempt, 2);
        QVERIFY(s.trial(0).continues);
        QCOMPARE(s.launches.back(), (std::pair{0, true}));
        QCOMPARE(*s.trial(0).objective, 0.5);
        QCOMPARE(*s.trial(0).lastStep, 10);
        QCOMPARE(s.trial(0).secondsBefore, 30.0);
        s.start(0);
        s.report(0, 10, 0.1); // what the checkpoint makes it do again
        s.report(0, 11, 0.4);
        s.exit(0);
        QCOMPARE(s.stateOf(0), TrialState::Completed);
        QCOMPARE(*s.trial(0).objective, 0.4);
    }

    void startsATrialThatWasPausedBeforeItRanFromItsStart()
    {
        DriverSimulation s(simulatedExperiment(1, 1));
        s.command(Kind::PauseTrial, 0);
        s.exit(0, TrialExit::Kind::Unstarted, "stopped before it started");
        QCOMPARE(s.stateOf(0), TrialState::Paused);
        s.command(Kind::ResumeTrial, 0);
        QCOMPARE(s.launches.back(), (std::pair{0, false}));
    }

    void goesOnAtOnceWhereResumedBeforeThePauseIsDone()
    {
        DriverSimulation s(simulatedExperiment(1, 1));
        s.start(0);
        s.command(Kind::PauseTrial, 0);
        s.command(Kind::ResumeTrial, 0);
        s.exit(0);
        QCOMPARE(s.stateOf(0), TrialState::Queued);
        QCOMPARE(s.launches.back(), (std::pair{0, true}));
    }

    void stopsATrialInEveryState()
    {
        DriverSimulation s(simulatedExperiment(2, 4));
        s.start(0);
        s.command(Kind::PauseTrial, 0);
        s.exit(0);
        s.command(Kind::StopTrial, 0);
        QCOMPARE(s.stateOf(0), TrialState::Stopped);
        s.command(Kind::StopTrial, 1);
        s.exit(1, TrialExit::Kind::Unstarted, "stopped before it started");
        QCOMPARE(s.stateOf(1), TrialState::Cancelled);
        s.start(2);
        s.report(2, 1, 0.5);
        s.command(Kind::StopTrial, 2);
        s.exit(2);
        QCOMPARE(s.stateOf(2), TrialState::Stopped);
        QCOMPARE(s.driver().best()->number, 2);
    }

    void triesAFailedTrialAgainFromItsStart()
    {
        DriverSimulation s(simulatedExperiment(1, 2));
        s.start(0);
        s.report(0, 7, 0.1);
        s.wait(5s);
        s.exit(0, TrialExit::Kind::Failed, "out of memory");
        s.command(Kind::Pause);
        s.command(Kind::RetryTrial, 0);
        const Trial& trial = s.trial(0);
        QCOMPARE(trial.state, TrialState::Pending);
        QCOMPARE(trial.attempt, 2);
        QVERIFY(!trial.continues && !trial.objective && !trial.lastStep && trial.reason.empty());
        QCOMPARE(trial.secondsBefore, 5.0);
        s.command(Kind::Resume);
        s.complete(1, 0.3);
        QCOMPARE(s.launches.back(), (std::pair{0, false}));
        s.complete(0, 0.2);
        QCOMPARE(s.driver().best()->number, 0);
        QCOMPARE(s.state, ExperimentState::Completed);
    }

    void bringsAFailedExperimentBackWithARetry()
    {
        DriverSimulation s(simulatedExperiment(1, 2));
        s.exit(0, TrialExit::Kind::Unstarted, "no trainer");
        QCOMPARE(s.state, ExperimentState::Failed);
        s.command(Kind::RetryTrial, 0);
        QCOMPARE(s.state, ExperimentState::Running);
        s.complete(0, 1);
        s.complete(1, 2);
        QCOMPARE(s.state, ExperimentState::Completed);
    }

    void retriesOneTrialOfACompleteExperimentAndNoMore()
    {
        DriverSimulation s(simulatedExperiment(1, 2));
        s.complete(0, 1);
        s.start(1);
        s.exit(1, TrialExit::Kind::Failed, "x");
        QCOMPARE(s.state, ExperimentState::Completed);
        s.command(Kind::RetryTrial, 1);
        QVERIFY(!s.driver().finished());
        s.complete(1, 0.5);
        QCOMPARE(s.state, ExperimentState::Completed);
        QCOMPARE(s.saved.size(), 2U);
        QVERIFY(s.driver().finished());
    }

    void waitsForATrialThatAPersonPaused()
    {
        DriverSimulation s(simulatedExperiment(1, 1));
        s.start(0);
        s.command(Kind::PauseTrial, 0);
        s.exit(0);
        s.wait(1h);
        QCOMPARE(s.state, ExperimentState::Running);
        QCOMPARE(
            s.driver().notice(),
            std::string("waits for trial 0, which you paused; resume simulated --trial 0 lets it go on"));
        s.command(Kind::Stop);
        QCOMPARE(s.driver().notice(), std::string());
        QCOMPARE(s.stateOf(0), TrialState::Stopped);
        QVERIFY(s.driver().finished());
    }
};

QTEST_APPLESS_MAIN(TestDriverCommands)
#include "tst_driver_commands.moc"
