// SPDX-License-Identifier: GPL-3.0-or-later
// What becomes of a running experiment that a person changes.
#include "tests/core/experiment/driver_simulation.h"

#include <QTest>
#include <algorithm>

using namespace widthwise;
using Kind = Command::Kind;

namespace {

Experiment asha(int parallel, int trials, double lowest = 2, double length = 18)
{
    Experiment experiment = simulatedExperiment(parallel, trials);
    experiment.schedule = {"asha", {{"min_steps", lowest}, {"max_steps", length}, {"eta", 3}, {"run_on", 0}}};
    return experiment;
}

double x(const DriverSimulation& s, int trial)
{
    return std::get<double>(*s.trial(trial).configuration.find("x"));
}

/// Up to a step, where the program ends.
void runTo(DriverSimulation& s, int trial, std::int64_t step, double value)
{
    s.start(trial);
    s.report(trial, step, value);
    s.exit(trial);
}

} // namespace

class TestDriverChange : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void newTrialsComeFromTheNewSpace()
    {
        Experiment experiment = simulatedExperiment(1, 40);
        experiment.search = {"tpe"};
        DriverSimulation s(experiment);
        for (int trial = 0; trial < 20; ++trial)
            s.complete(trial, x(s, trial)); // the best are at 0
        experiment.space = SearchSpace({Parameter{"x", FloatRange{0.5, 2, Scale::Linear, {}}, {}, {}}});
        s.change(experiment);
        const int best = s.driver().best()->number;
        for (int trial = 20; trial < 40; ++trial)
            s.complete(trial, x(s, trial));
        QCOMPARE(s.driver().best()->number, best); // it is known still
        for (int trial = 21; trial < 40; ++trial)
            QVERIFY(x(s, trial) >= 0.5 && x(s, trial) <= 2);
        QCOMPARE(s.state, ExperimentState::Completed);
    }

    void asManyRunAsAreAllowedNow()
    {
        Experiment experiment = simulatedExperiment(2, 40);
        DriverSimulation s(experiment);
        experiment.resources.parallel = 5;
        s.change(experiment);
        QCOMPARE(s.launches.size(), std::size_t(5));
        experiment.resources.parallel = 1;
        s.change(experiment);
        for (int trial = 0; trial < 4; ++trial)
            s.complete(trial, 1);
        QCOMPARE(s.launches.size(), std::size_t(5));
        QVERIFY(s.stopRequests.empty()); // what runs goes on
        s.complete(4, 1);
        QCOMPARE(s.launches.size(), std::size_t(6));
    }

    /// Reports of before the driver, which no scheduler needed until then.
    void aSchedulerThatComesKnowsWhatWasReported()
    {
        Experiment experiment = simulatedExperiment(3, 3);
        std::vector<Trial> trials(3);
        for (int number = 0; number < 3; ++number) {
            Trial& trial = trials[static_cast<std::size_t>(number)];
            trial.number = number;
            trial.configuration.set("x", 0.1 * number);
            trial.state = TrialState::Running;
            trial.started = TimePoint{};
            trial.lastStep = 3;
            trial.objective = number < 2 ? 0.1 : 5;
        }
        Driver driver(experiment, ExperimentState::Running, trials, {});
        driver.handle(event::Ticked{}, {});
        driver.handle(event::Reported{0, 4, 10}, {});
        driver.handle(event::Reported{1, 4, 10}, {});
        for (std::int64_t step = 1; step <= 4; ++step) // the last ones are known by now
            for (int number = 0; number < 3; ++number)
                driver.recall({number, step, number < 2 && step < 4 ? 0.1 : 10});
        experiment.schedule = {"median", {{"min_trials", 2}}};
        driver.handle(event::Changed{experiment}, {});
        const std::vector<Action> actions = driver.handle(event::Reported{2, 4, 5}, {});
        QVERIFY(std::ranges::any_of(actions, [](const Action& action) {
            return std::holds_alternative<action::RequestStop>(action);
        })); // 5 is worse than the averages, 2.6, and better than the last values
    }

    void theBudgetIsTheNewOne()
    {
        Experiment experiment = simulatedExperiment(1, 40);
        DriverSimulation s(experiment);
        for (int trial = 0; trial < 3; ++trial)
            s.complete(trial, 1);
        experiment.budget.trials = 2;
        s.change(experiment);
        s.complete(3, 1); // it ran
        QCOMPARE(s.state, ExperimentState::Completed);
        QCOMPARE(s.saved.size(), std::size_t(4));
        experiment.budget.trials = 6;
        s.change(experiment);
        QCOMPARE(s.state, ExperimentState::Completed);
        s.command(Kind::Resume);
        for (int trial = 4; trial < 6; ++trial)
            s.complete(trial, 1);
        QCOMPARE(s.state, ExperimentState::Completed);
        QCOMPARE(s.saved.size(), std::size_t(6));
    }

    void aGoalThatIsReachedAlreadyEndsIt()
    {
        Experiment experiment = simulatedExperiment(1, 40);
        DriverSimulation s(experiment);
        s.complete(0, 0.5);
        experiment.objective.goal = 0.6;
        s.change(experiment);
        QCOMPARE(s.state, ExperimentState::Completed);
    }

    void aWiderGridRunsOnlyWhatIsNew()
    {
        Experiment experiment = simulatedExperiment(1, 40);
        experiment.search = {"grid"};
        experiment.space = SearchSpace({Parameter{"x", FloatRange{0, 1, Scale::Linear, 0.25}, {}, {}}});
        DriverSimulation s(experiment);
        for (int trial = 0; trial < 3; ++trial)
            s.complete(trial, 1);
        experiment.space = SearchSpace({Parameter{"x", FloatRange{0.5, 1.5, Scale::Linear, 0.25}, {}, {}}});
        s.change(experiment);
        std::vector<double> tried;
        for (int trial = 3; s.state == ExperimentState::Running; ++trial) {
            tried.push_back(x(s, trial));
            s.complete(trial, 1);
        }
        QCOMPARE(tried, (std::vector{0.75, 1.0, 1.25, 1.5})); // 0.75 was launched, 0.5 had run
    }

    void aTimeLimitHoldsForWhatRuns()
    {
        Experiment experiment = simulatedExperiment(1, 3);
        DriverSimulation s(experiment);
        s.start(0);
        experiment.resources.timeLimit = Seconds(10);
        s.change(experiment);
        s.wait(std::chrono::seconds(11));
        QCOMPARE(s.stopRequests, std::set<int>{0});
    }

    /// Trials that wait at a rung go on from their checkpoints, as every trial runs to its end now.
    void withoutRungsWhatWaitsGoesOn()
    {
        Experiment experiment = asha(1, 3);
        DriverSimulation s(experiment);
        for (int trial = 0; trial < 2; ++trial)
            runTo(s, trial, 2, 1 + trial);
        QCOMPARE(s.stateOf(1), TrialState::Paused);
        experiment.schedule = {};
        s.change(experiment);
        for (int trial = 0; trial < 2; ++trial) {
            QCOMPARE(s.stateOf(trial), TrialState::Pending);
            QVERIFY(s.trial(trial).continues && !s.trial(trial).untilStep);
        }
        runTo(s, 2, 2, 3); // told to pause at step 2, it ended there
        QCOMPARE(s.stateOf(2), TrialState::Pending);
        for (int trial = 0; trial < 3; ++trial) {
            QCOMPARE(s.launches.back(), std::pair(trial, true));
            runTo(s, trial, 18, 0.5);
            QCOMPARE(s.stateOf(trial), TrialState::Completed);
        }
        QCOMPARE(s.state, ExperimentState::Completed);
    }

    void otherRungsAreReachedFromWhereItStands()
    {
        Experiment experiment = asha(1, 30);
        DriverSimulation s(experiment);
        runTo(s, 0, 2, 1);
        QCOMPARE(s.stateOf(0), TrialState::Paused);
        s.start(1);
        experiment = asha(1, 30, 5, 50);
        s.change(experiment);
        QCOMPARE(s.stateOf(0), TrialState::Pending); // no rung is at step 2
        QCOMPARE(*s.trial(0).untilStep, 5);
        QCOMPARE(*s.trial(1).untilStep, 2); // as it was told
        s.report(1, 2, 2);
        s.exit(1); // it paused there by itself
        QCOMPARE(*s.trial(1).untilStep, 5);
        QCOMPARE(s.launches.back(), std::pair(0, true));
        runTo(s, 0, 5, 1);
        QCOMPARE(s.stateOf(0), TrialState::Paused);
        QCOMPARE(s.launches.back(), std::pair(1, true));
        runTo(s, 1, 5, 2);
        QCOMPARE(s.stateOf(1), TrialState::Paused);
        QCOMPARE(s.trial(1).attempt, 2);
    }

    void aRungWhereItStandsKeepsItWaiting()
    {
        Experiment experiment = asha(1, 30, 2, 18);
        DriverSimulation s(experiment);
        runTo(s, 0, 2, 1);
        experiment.schedule = {"halving", {{"min_steps", 2}, {"max_steps", 100}, {"eta", 3}, {"run_on", 0}}};
        s.change(experiment);
        QCOMPARE(s.stateOf(0), TrialState::Paused);
        QCOMPARE(s.trial(0).attempt, 1);
    }

    void whatRunsToItsEndRunsToItsEnd()
    {
        Experiment experiment = simulatedExperiment(1, 3);
        DriverSimulation s(experiment);
        s.start(0);
        experiment = asha(1, 3);
        s.change(experiment);
        s.report(0, 2, 1);
        s.report(0, 18, 1);
        QVERIFY(s.stopRequests.empty());
        s.exit(0);
        QCOMPARE(s.stateOf(0), TrialState::Completed);
        runTo(s, 1, 2, 2);
        QCOMPARE(s.stateOf(1), TrialState::Paused);
    }

    /// A lower rung than it was told stops it when its report arrives.
    void aLowerRungStopsWhatRuns()
    {
        Experiment experiment = asha(1, 30, 6, 54);
        DriverSimulation s(experiment);
        s.start(0);
        s.report(0, 1, 1);
        experiment = asha(1, 30, 2, 54);
        s.change(experiment);
        s.report(0, 3, 1);
        QCOMPARE(s.stopRequests, std::set<int>{0});
        s.exit(0);
        QCOMPARE(s.stateOf(0), TrialState::Paused);
        QCOMPARE(*s.trial(0).untilStep, 2);
    }

    /// What a person paused stays so, and waits or goes on as the new rungs have it.
    void whatAPersonPausedStaysPaused()
    {
        Experiment experiment = asha(2, 30, 2, 18);
        DriverSimulation s(experiment);
        runTo(s, 0, 2, 1);
        s.command(Kind::PauseTrial, 0);
        experiment = asha(2, 30, 5, 50);
        s.change(experiment);
        QCOMPARE(s.stateOf(0), TrialState::Paused);
        QCOMPARE(s.trial(0).agent, Agent::Person);
        s.command(Kind::ResumeTrial, 0);
        QVERIFY(s.stateOf(0) == TrialState::Pending || s.stateOf(0) == TrialState::Queued);
        QCOMPARE(*s.trial(0).untilStep, 5);
    }

    void whatCannotBeDrivenChangesNothing()
    {
        Experiment experiment = simulatedExperiment(1, 3);
        DriverSimulation s(experiment);
        Experiment wrong = experiment;
        wrong.search.algorithm = "psychic";
        QVERIFY_THROWS_EXCEPTION(std::invalid_argument, s.change(wrong));
        wrong = experiment;
        wrong.schedule.type = "psychic";
        QVERIFY_THROWS_EXCEPTION(std::invalid_argument, s.change(wrong));
        s.complete(0, 1);
        QCOMPARE(s.stateOf(1), TrialState::Queued);
    }

    void othersAreKeptWhereThatIsChanged()
    {
        Experiment experiment = simulatedExperiment(1, 9);
        DriverSimulation s(experiment);
        for (int trial = 0; trial < 2; ++trial) {
            s.complete(trial, 1 + trial);
            s.handle(event::Measured{trial, 10});
        }
        QVERIFY(s.deleted.empty());
        experiment.checkpoints = CheckpointKeeping::Best;
        s.change(experiment);
        QCOMPARE(s.deleted, std::set<int>{1});
    }
};

QTEST_APPLESS_MAIN(TestDriverChange)
#include "tst_driver_change.moc"
