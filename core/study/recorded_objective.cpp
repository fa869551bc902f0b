// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/recorded_objective.h"

#include "core/store/series.h"
#include "core/store/trials.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <memory>
#include <stdexcept>

namespace widthwise {

namespace {

struct RecordedTrial {
    Configuration configuration;
    Points points;
    bool diverged = false;
    bool failed = false; ///< by itself, after its last point
    Seconds stepTime{};
};

class Recording {
public:
    Recording(SearchSpace space, std::vector<RecordedTrial> trials)
        : m_space(std::move(space)), m_trials(std::move(trials))
    {
    }

    const RecordedTrial& nearest(const Configuration& configuration) const
    {
        return *std::ranges::min_element(m_trials, {}, [&](const RecordedTrial& trial) {
            return distance(trial.configuration, configuration);
        });
    }

private:
    double distance(const Configuration& a, const Configuration& b) const
    {
        double sum = 0;
        for (const Parameter* parameter : m_space.varied()) {
            const Value* one = a.find(parameter->name);
            const Value* other = b.find(parameter->name);
            const bool isRange = !std::holds_alternative<Choices>(parameter->domain);
            if (one && other && isRange)
                sum +=
                    std::pow(positionOf(parameter->domain, *one) - positionOf(parameter->domain, *other), 2);
            else
                sum += (!one && !other) || (one && other && *one == *other) ? 0 : 1;
        }
        return sum;
    }

    SearchSpace m_space;
    std::vector<RecordedTrial> m_trials;
};

std::int64_t lastStep(const RecordedTrial& trial)
{
    return trial.points.steps.empty() ? 0 : trial.points.steps.back();
}

/// The last value up to a step, or the first; empty where the trial has diverged, or failed before.
std::optional<double> valueAt(const RecordedTrial& trial, std::int64_t step)
{
    if (trial.points.steps.empty() || (trial.failed && step > lastStep(trial)))
        return std::nullopt;
    const auto after = std::ranges::upper_bound(trial.points.steps, step);
    const auto count = static_cast<std::size_t>(after - trial.points.steps.begin());
    if (trial.diverged && count == trial.points.steps.size())
        return std::nullopt;
    return trial.points.values[count == 0 ? 0 : count - 1];
}

std::vector<RecordedTrial> trialsOf(Database& database, const ExperimentRecord& recorded,
                                    const std::string& metric)
{
    SeriesTable table(database);
    std::map<int, RecordedTrial> trials;
    for (const SeriesSummary& summary : table.summaries(recorded.id, metric))
        trials[summary.trialNumber].points = table.read(summary.id);
    std::vector<RecordedTrial> result;
    for (const TrialRecord& record : Trials(database).all(recorded.id)) {
        RecordedTrial& trial = trials[record.trial.number];
        trial.failed = record.trial.state == TrialState::Failed && record.trial.agent != Agent::Machine;
        if (!isFinal(record.trial.state) || (trial.points.steps.empty() && !trial.failed))
            continue;
        trial.configuration = record.trial.configuration;
        trial.diverged = record.trial.state == TrialState::Diverged;
        const auto steps = static_cast<double>(std::max<std::int64_t>(lastStep(trial), 1));
        trial.stepTime = duration(record.trial, record.trial.finished.value_or(record.trial.created)) / steps;
        result.push_back(std::move(trial));
    }
    return result;
}

} // namespace

SimulatedTrials recordedTrials(Database& database, const ExperimentRecord& recorded,
                               const Experiment& experiment)
{
    std::vector<RecordedTrial> trials = trialsOf(database, recorded, experiment.objective.metric);
    if (std::ranges::all_of(trials, [](const RecordedTrial& trial) { return trial.points.steps.empty(); }))
        throw std::invalid_argument("no trial of " + recorded.name + " has ended and reported " +
                                    experiment.objective.metric);
    SimulatedTrials simulated;
    simulated.length = 1;
    std::int64_t apart = std::numeric_limits<std::int64_t>::max();
    for (const RecordedTrial& trial : trials) {
        simulated.length = std::max(simulated.length, lastStep(trial));
        if (!trial.points.steps.empty())
            apart = std::min(apart, trial.points.steps.front());
    }
    simulated.reportEvery = std::max<std::int64_t>(apart, 1);
    const auto recording = std::make_shared<Recording>(experiment.space, std::move(trials));
    simulated.objective = [recording](const Configuration& configuration, std::int64_t step, std::uint64_t) {
        return valueAt(recording->nearest(configuration), step);
    };
    simulated.failsAfter = [recording](const Configuration& configuration) -> std::optional<std::int64_t> {
        const RecordedTrial& nearest = recording->nearest(configuration);
        return nearest.failed ? std::optional(lastStep(nearest)) : std::nullopt;
    };
    simulated.stepTime = [recording](const Configuration& configuration) {
        return recording->nearest(configuration).stepTime;
    };
    return simulated;
}

} // namespace widthwise
