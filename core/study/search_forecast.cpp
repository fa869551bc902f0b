// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/search_forecast.h"

#include "core/experiment/experiment_file.h"
#include "core/experiment/rungs.h"
#include "core/experiment/synthetic_objective.h"
#include "core/schedule/schedulers.h"
#include "core/search/random_search.h"
#include "core/study/recorded_objective.h"

#include <algorithm>
#include <tuple>

namespace widthwise {

namespace {

constexpr int reports = 100;              ///< of a whole made-up run
constexpr std::size_t randomTrials = 101; ///< that say what regret 1 is

/// Of random configurations at their end, smaller is better. Those that diverge are worse than all others.
std::vector<double> randomValues(const Experiment& experiment, const SimulatedTrials& trials, double sign)
{
    RandomSearch search(experiment.space, ~trials.seed); // not the draws of a search that is random itself
    std::vector<double> values;
    History history;
    for (; history.size() < randomTrials; history.emplace_back()) {
        const auto configuration = std::get<Configuration>(search.propose(history));
        if (const auto value = trials.objective(configuration, trials.length, history.size()))
            values.push_back(sign * *value);
    }
    std::ranges::sort(values);
    return values;
}

std::optional<double> regretOf(const Experiment& experiment, const ForecastTrials& trials, double best)
{
    const double sign = experiment.objective.direction == Direction::Minimize ? 1 : -1;
    const std::vector<double> random = randomValues(experiment, trials.trials, sign);
    if (random.empty())
        return std::nullopt;
    const double least = std::min(trials.best.value_or(random.front()), sign * best);
    const double median = random[random.size() / 2];
    return median > least ? std::optional((sign * best - least) / (median - least)) : std::nullopt;
}

bool hasParameters(const Experiment& recorded, const Experiment& experiment)
{
    return std::ranges::all_of(experiment.space.varied(), [&](const Parameter* parameter) {
        return recorded.space.find(parameter->name) != nullptr;
    });
}

} // namespace

std::int64_t stepsOf(const ForecastAssumptions& assumptions, const Experiment& experiment)
{
    if (assumptions.steps)
        return *assumptions.steps;
    const bool hasRungs = schedulerOf(experiment.schedule.type).hasRungs;
    const auto most = hasRungs ? static_cast<std::int64_t>(settingOf(experiment.schedule, "max_steps")) : 0;
    const std::int64_t known = std::max(settingOfSteps(experiment), most);
    return known > 0 ? known : reports;
}

ForecastTrials madeUpTrials(const Experiment& experiment, const ForecastAssumptions& assumptions,
                            std::uint64_t seed)
{
    ForecastTrials made;
    made.best = 0;
    SimulatedTrials& trials = made.trials;
    trials.length = stepsOf(assumptions, experiment);
    trials.reportEvery = std::max<std::int64_t>(1, trials.length / reports);
    trials.stepTime = [time = assumptions.stepTime](const Configuration&) { return time; };
    trials.lostRate = assumptions.lostRate;
    trials.seed = seed;
    const SyntheticObjective objective(experiment.space, trials.length, assumptions.divergeRate, seed);
    const double sign = experiment.objective.direction == Direction::Minimize ? 1 : -1;
    trials.objective = [objective, sign](const Configuration& configuration, std::int64_t step,
                                         std::uint64_t noise) {
        const std::optional<double> value = objective(configuration, step, noise);
        return value ? std::optional(sign * *value) : std::nullopt;
    };
    return made;
}

ForecastTrials trialsLike(Database& database, const ExperimentRecord& recorded, const Experiment& experiment,
                          const ForecastAssumptions& assumptions)
{
    ForecastTrials like{recordedTrials(database, recorded, experiment)};
    like.trials.lostRate = assumptions.lostRate;
    return like;
}

Forecast forecast(Experiment experiment, ForecastTrials trials, std::uint64_t seed, std::int64_t mostEvents)
{
    experiment.seed = seed;
    trials.trials.seed = seed;
    Forecast made{simulate(experiment, trials.trials, mostEvents)};
    for (const Trial& trial : made.result.trials) {
        made.whole += trial.state == TrialState::Completed;
        made.early += trial.state == TrialState::Stopped;
        made.failed += trial.state == TrialState::Failed || trial.state == TrialState::Diverged;
    }
    if (!made.result.improvements.empty()) {
        made.best = made.result.improvements.back().value;
        made.regret = regretOf(experiment, trials, *made.best);
    }
    return made;
}

std::vector<ExperimentRecord> forerunners(Database& database, const ExperimentRecord& record,
                                          const Experiment& experiment)
{
    std::vector<ExperimentRecord> found;
    for (const ExperimentRecord& other : Experiments(database).all()) {
        const ExperimentReading reading = readExperiment(other.yaml);
        if (!reading.problems.empty() ||
            reading.experiment->objective.metric != experiment.objective.metric ||
            !hasParameters(*reading.experiment, experiment))
            continue;
        const StateCounts counts = Experiments(database).counts(other.id);
        if (counts.at(std::size_t(TrialState::Completed)) > 0)
            found.push_back(other);
    }
    const auto rank = [&](const ExperimentRecord& other) {
        return std::tuple(other.id != record.id, other.id != record.parent.value_or(0), -other.id);
    };
    std::ranges::sort(found, {}, rank);
    return found;
}

} // namespace widthwise
