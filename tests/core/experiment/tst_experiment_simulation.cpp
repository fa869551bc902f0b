// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/simulation.h"
#include "tests/core/experiment/driver_simulation.h"

#include <QTest>
#include <algorithm>
#include <cmath>

using namespace widthwise;

namespace {

double xOf(const Configuration& configuration)
{
    return std::get<double>(*configuration.find("x"));
}

/// Falls towards the distance of x from 0.3; below 0.1 it diverges.
SimulatedTrials curves(std::int64_t length)
{
    SimulatedTrials trials;
    trials.length = length;
    trials.objective = [](const Configuration& configuration, std::int64_t step, std::uint64_t) {
        const double x = xOf(configuration);
        const bool diverges = x < 0.1 && step > 2;
        return diverges ? std::nullopt : std::optional(std::abs(x - 0.3) + 1 / std::sqrt(double(step)));
    };
    return trials;
}

Experiment experimentOf(const std::string& scheduler, int parallel, std::optional<int> trials)
{
    Experiment experiment = simulatedExperiment(parallel, trials);
    experiment.space = SearchSpace({Parameter{"x", FloatRange{}, {}, {}}});
    experiment.budget.failedTrials = 1'000'000;
    if (scheduler != "none")
        experiment.schedule = {scheduler, {{"min_steps", 3}, {"max_steps", 27}, {"eta", 3}, {"run_on", 0}}};
    return experiment;
}

} // namespace

class TestExperimentSimulation : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyTrialRunsToItsEnd()
    {
        const SimulationResult result = simulate(experimentOf("none", 4, 20), curves(27));
        QCOMPARE(result.state, ExperimentState::Completed);
        int diverged = 0;
        for (const Trial& trial : result.trials) {
            QCOMPARE(trial.state == TrialState::Diverged, xOf(trial.configuration) < 0.1);
            diverged += trial.state == TrialState::Diverged;
            if (trial.state == TrialState::Completed)
                QCOMPARE(*trial.lastStep, 27);
        }
        QVERIFY(diverged > 0);
        QCOMPARE(result.deviceHours, (27.0 * (20 - diverged) + 3.0 * diverged) / 3600);
        QVERIFY(result.duration >= Seconds(result.deviceHours * 3600 / 4));
    }

    void schedulersSaveTimeAndKeepTheBest_data()
    {
        QTest::addColumn<QByteArray>("scheduler");
        for (const char* name : {"asha", "asha-stopping", "halving", "hyperband"})
            QTest::newRow(name) << QByteArray(name);
    }
    void schedulersSaveTimeAndKeepTheBest()
    {
        QFETCH(QByteArray, scheduler);
        const SimulationResult all = simulate(experimentOf("none", 4, 81), curves(27));
        const SimulationResult result = simulate(experimentOf(scheduler.toStdString(), 4, 81), curves(27));
        QCOMPARE(result.state, ExperimentState::Completed);
        QCOMPARE(result.trials.size(), std::size_t{81});
        QVERIFY2(result.deviceHours < 0.7 * all.deviceHours, qPrintable(QString::number(result.deviceHours)));
        QVERIFY(result.improvements.back().value < all.improvements.back().value + 0.01);
        int whole = 0;
        for (const Trial& trial : result.trials) {
            QVERIFY(isFinal(trial.state));
            whole += trial.state == TrialState::Completed;
        }
        QVERIFY(whole > 0);
    }

    /// All runs have 27 steps, whatever their batch size.
    void batchSizesAreComparedAtARung_data()
    {
        QTest::addColumn<QByteArray>("scheduler");
        for (const char* name : {"asha", "halving", "hyperband"})
            QTest::newRow(name) << QByteArray(name);
    }
    void batchSizesAreComparedAtARung()
    {
        QFETCH(QByteArray, scheduler);
        Experiment experiment = experimentOf(scheduler.toStdString(), 4, 27);
        experiment.space =
            SearchSpace({*experiment.space.find("x"), {"batch_size", IntegerRange{1, 1000, {}, {}}, {}, {}}});
        const SimulationResult result = simulate(experiment, curves(27));
        QCOMPARE(result.state, ExperimentState::Completed);
        const auto whole = std::ranges::count(result.trials, TrialState::Completed, &Trial::state);
        QVERIFY2(whole >= 1 && whole < 14, qPrintable(QString::number(whole)));
    }

    /// A promotion is a trial of the next size, from the best of the one before.
    void sizesAreClimbed()
    {
        Experiment experiment = experimentOf("asha", 3, 27);
        experiment.fidelity = Fidelity{"width", {32, 64, 128}};
        SimulatedTrials trials = curves(9);
        trials.stepTime = [](const Configuration& configuration) {
            return Seconds(double(std::get<std::int64_t>(*configuration.find("width"))) / 32);
        };
        const SimulationResult result = simulate(experiment, trials);
        QCOMPARE(result.state, ExperimentState::Completed);
        std::map<std::int64_t, int> sizes;
        for (const Trial& trial : result.trials) {
            const auto width = std::get<std::int64_t>(*trial.configuration.find("width"));
            ++sizes[width];
            QCOMPARE(width, experiment.fidelity->values[std::size_t(trial.rung)]);
            QCOMPARE(trial.promotedFrom.has_value(), trial.rung > 0);
            if (trial.promotedFrom)
                QCOMPARE(xOf(result.trials[std::size_t(*trial.promotedFrom)].configuration),
                         xOf(trial.configuration));
        }
        QCOMPARE(sizes[32], 27);
        QVERIFY(sizes[64] >= 9 && sizes[64] < 20);
        QVERIFY(sizes[128] >= 1 && sizes[128] < 10);
    }

    /// Copies begin where the others were, and a population keeps its size.
    void populationsAreTrained()
    {
        Experiment experiment = experimentOf("none", 4, 10);
        experiment.schedule = {
            "pbt", {{"min_steps", 9}, {"max_steps", 27}, {"population", 10}, {"truncation", 0.3}}};
        SimulatedTrials trials = curves(27);
        trials.lostRate = 0.1;
        const SimulationResult result = simulate(experiment, trials);
        QCOMPARE(result.state, ExperimentState::Completed);
        int copies = 0, ended = 0, stopped = 0;
        for (const Trial& trial : result.trials) {
            QVERIFY(isFinal(trial.state));
            copies += trial.promotedFrom.has_value();
            ended += trial.state == TrialState::Completed;
            stopped += trial.state == TrialState::Stopped;
            if (!trial.promotedFrom)
                continue;
            const Trial& other = result.trials[std::size_t(*trial.promotedFrom)];
            QVERIFY(trial.configuration != other.configuration);
            QCOMPARE(trial.bracket, other.bracket);
            QVERIFY(trial.rung >= 1 && (!trial.lastStep || *trial.lastStep > 9)); // it began at step 9 or 18
        }
        QVERIFY(copies >= 2 && stopped >= 2);
        QVERIFY2(ended >= 7 && ended <= 10, qPrintable(QString::number(ended)));
    }

    void lostMachinesCostNoTrial()
    {
        SimulatedTrials trials = curves(27);
        trials.lostRate = 0.3;
        const SimulationResult result = simulate(experimentOf("asha", 4, 60), trials);
        QCOMPARE(result.state, ExperimentState::Completed);
        QVERIFY(result.launches > 60);
        for (const Trial& trial : result.trials)
            if (trial.state == TrialState::Failed)
                QCOMPARE(trial.agent, Agent::Machine);
    }

    void theSameSeedGivesTheSame()
    {
        SimulatedTrials trials = curves(27);
        trials.lostRate = 0.1;
        const SimulationResult a = simulate(experimentOf("asha", 7, 50), trials);
        const SimulationResult b = simulate(experimentOf("asha", 7, 50), trials);
        QCOMPARE(a.trials, b.trials);
        QCOMPARE(a.events, b.events);
    }

    /// 10⁵ trials, 10³ workers, one attempt in twenty lost: each trial ends once, and places are not idle.
    void aLargeSearchLosesNothing()
    {
        SimulatedTrials trials = curves(27);
        trials.reportEvery = 3;
        trials.lostRate = 0.05;
        trials.stepTime = [](const Configuration& configuration) { return Seconds(1 + xOf(configuration)); };
        const SimulationResult result = simulate(experimentOf("asha", 1000, 100'000), trials);
        QCOMPARE(result.state, ExperimentState::Completed);
        QCOMPARE(result.trials.size(), std::size_t{100'000});
        std::size_t ended = 0;
        for (const Trial& trial : result.trials)
            ended += isFinal(trial.state) && !trial.stop;
        QCOMPARE(ended, result.trials.size());
        QVERIFY2(result.busy >= 0.98, qPrintable(QString::number(result.busy)));
    }
};

QTEST_APPLESS_MAIN(TestExperimentSimulation)
#include "tst_experiment_simulation.moc"
