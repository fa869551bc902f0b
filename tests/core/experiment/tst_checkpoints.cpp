// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/checkpoints.h"
#include "core/experiment/experiment_file.h"
#include "tests/core/experiment/driver_simulation.h"

#include <QTest>

using namespace widthwise;
using Keep = CheckpointKeeping;

namespace {

const std::string file = "name: a\n"
                         "objective: {metric: loss, direction: minimize}\n"
                         "trial: {command: 'true'}\n"
                         "space: {x: {type: float, low: 0, high: 1}}\n"
                         "budget: {trials: 3}\n";

bool isNeeded(Keep keeping, ExperimentState experiment, TrialState state, Agent agent)
{
    Trial trial;
    trial.state = state;
    trial.agent = agent;
    return mayNeedCheckpoint(keeping, experiment, trial);
}

Experiment asha(Keep keeping, int parallel, int trials)
{
    Experiment experiment = simulatedExperiment(parallel, trials);
    experiment.schedule = {"asha", {{"min_steps", 1}, {"max_steps", 3}, {"eta", 3}, {"run_on", 0}}};
    experiment.checkpoints = keeping;
    return experiment;
}

/// Runs the trial to its rung, or its end, and measures its checkpoint.
void run(DriverSimulation& s, int trial, std::int64_t step, double value)
{
    s.start(trial);
    s.report(trial, step, value);
    s.exit(trial);
    s.handle(event::Measured{trial, 100});
}

} // namespace

class TestCheckpoints : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void tellsWhatMayBeNeeded()
    {
        using enum ExperimentState;
        for (const Keep keeping : {Keep::All, Keep::Needed, Keep::Best})
            for (const auto state : {TrialState::Pending, TrialState::Queued, TrialState::Running})
                QVERIFY(isNeeded(keeping, Running, state, Agent::Program));
        for (const Keep keeping : {Keep::All, Keep::Needed, Keep::Best})
            for (const Agent agent : {Agent::Scheduler, Agent::Person})
                QVERIFY(isNeeded(keeping, Running, TrialState::Paused, agent));
        for (const ExperimentState end : {Stopped, Failed, Completed}) {
            QVERIFY(isNeeded(Keep::Needed, end, TrialState::Stopped, Agent::Experiment));
            QCOMPARE(isNeeded(Keep::Best, end, TrialState::Stopped, Agent::Experiment), end != Completed);
        }
        QVERIFY(isNeeded(Keep::Needed, Running, TrialState::Completed, Agent::Program));
        QVERIFY(!isNeeded(Keep::Best, Running, TrialState::Completed, Agent::Program));
        for (const Agent agent : {Agent::Person, Agent::Machine}) { // who stopped it, or its time limit
            QVERIFY(isNeeded(Keep::Needed, Running, TrialState::Stopped, agent));
            QVERIFY(!isNeeded(Keep::Best, Running, TrialState::Stopped, agent));
        }
        QVERIFY(!isNeeded(Keep::Needed, Running, TrialState::Stopped, Agent::Scheduler));
        for (const auto state : {TrialState::Failed, TrialState::Diverged, TrialState::Cancelled}) {
            QVERIFY(!isNeeded(Keep::Needed, Running, state, Agent::Program));
            QVERIFY(isNeeded(Keep::All, Running, state, Agent::Program));
        }
    }

    void onlyWhatIsThereIsDropped()
    {
        DriverSimulation s(simulatedExperiment(1, 5));
        s.start(0);
        s.exit(0, TrialExit::Kind::Failed, "no reason");
        s.handle(event::Measured{0, 0});
        QVERIFY(!s.trial(0).checkpointDropped);
        s.start(1);
        s.exit(1, TrialExit::Kind::Failed, "no reason");
        s.handle(event::Measured{1, 7});
        QVERIFY(s.trial(1).checkpointDropped);
        QCOMPARE(s.deleted, std::set<int>{1});
        s.command(Command::Kind::RetryTrial, 1);
        QVERIFY(!s.trial(1).checkpointDropped);
        QVERIFY(!s.trial(1).checkpointBytes);
    }

    void onlyTheBestStaysWhereThatIsWanted()
    {
        Experiment experiment = simulatedExperiment(1, 3);
        experiment.checkpoints = Keep::Best;
        DriverSimulation s(experiment);
        run(s, 0, 1, 0.5);
        QVERIFY(s.deleted.empty());
        run(s, 1, 1, 0.7);
        QCOMPARE(s.deleted, std::set<int>{1});
        run(s, 2, 1, 0.3);
        QCOMPARE(s.deleted, (std::set{0, 1}));
        QCOMPARE(s.state, ExperimentState::Completed);
    }

    /// A trial that was left at its rung may be promoted once there are more trials.
    void whatWaitedAtItsRungIsKeptForMoreTrials_data()
    {
        QTest::addColumn<int>("keeping");
        QTest::newRow("needed") << int(Keep::Needed);
        QTest::newRow("best") << int(Keep::Best);
    }
    void whatWaitedAtItsRungIsKeptForMoreTrials()
    {
        QFETCH(int, keeping);
        Experiment experiment = asha(Keep(keeping), 1, 3);
        DriverSimulation s(experiment);
        for (int trial = 0; trial < 3; ++trial)
            run(s, trial, 1, 0.1 * (trial + 1));
        run(s, 0, 3, 0.05); // promoted
        QCOMPARE(s.state, ExperimentState::Completed);
        const bool areKept = Keep(keeping) == Keep::Needed;
        QCOMPARE(s.deleted, areKept ? std::set<int>{} : std::set({1, 2}));

        experiment.budget.trials = 6;
        s.rebuild(experiment);
        s.command(Command::Kind::Resume);
        for (int trial = 3; trial < 6; ++trial)
            run(s, trial, 1, 0.9);
        QCOMPARE(s.stateOf(1), TrialState::Queued);
        QCOMPARE(s.launches.back(), std::pair(1, areKept));
        QVERIFY(s.lost.empty());
    }

    /// Its value counts, and to begin anew would take that from it.
    void whatEndedWithACompleteExperimentStaysAsItIs()
    {
        Experiment experiment = simulatedExperiment(2, 9);
        experiment.checkpoints = Keep::Best;
        experiment.objective.goal = 0.2;
        DriverSimulation s(experiment);
        s.start(0);
        s.report(0, 1, 0.9);
        s.handle(event::Measured{0, 100});
        s.complete(1, 0.1); // the goal
        s.exit(0);
        QCOMPARE(s.stateOf(0), TrialState::Stopped);
        QCOMPARE(s.deleted, std::set<int>{0});
        experiment.objective.goal.reset();
        experiment.budget.trials = 3;
        s.rebuild(experiment);
        s.command(Command::Kind::Resume);
        QCOMPARE(s.stateOf(0), TrialState::Stopped);
        QCOMPARE(*s.trial(0).objective, 0.9);
        QCOMPARE(s.stateOf(2), TrialState::Queued);
    }

    void theFileSaysWhichAreKept()
    {
        QVERIFY(parseExperiment(file).checkpoints == Keep::Needed);
        for (const std::string& id : checkpointKeepingIds()) {
            const Experiment experiment = parseExperiment(file + "checkpoints: " + id + "\n");
            QCOMPARE(toText(experiment.checkpoints), id);
            QVERIFY(parseExperiment(toYaml(experiment)) == experiment);
        }
        const ExperimentReading wrong = readExperiment(file + "checkpoints: bets\n");
        QCOMPARE(wrong.problems.size(), std::size_t(1));
        QCOMPARE(wrong.problems[0].line, 6);
        QVERIFY(wrong.problems[0].message.find("best") != std::string::npos);
    }

    void saysWhatTheyTake()
    {
        std::vector<Trial> trials(4);
        QCOMPARE(toText(checkpointTotal(trials)), std::string());
        trials[0].checkpointBytes = 3 << 20;
        trials[1].checkpointBytes = 1 << 20;
        trials[2].checkpointBytes = 0;
        trials[2].checkpointDropped = true;
        QCOMPARE(toText(checkpointTotal(trials)), std::string("checkpoints 4.0 MiB of 2 trials, 1 deleted"));
        QCOMPARE(checkpointText(trials[0]), std::string("3.0 MiB"));
        QCOMPARE(checkpointText(trials[2]), std::string("deleted: nothing could need it"));
        QCOMPARE(checkpointText(trials[3]), std::string());
    }
};

QTEST_APPLESS_MAIN(TestCheckpoints)
#include "tst_checkpoints.moc"
