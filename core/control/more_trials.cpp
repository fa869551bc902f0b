// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/more_trials.h"

#include "core/control/permission.h"
#include "core/experiment/file_values.h"
#include "core/experiment/progress.h"
#include "core/experiment/ranking.h"
#include "core/store/commands.h"
#include "core/store/mirrors.h"
#include "core/store/trials.h"

#include <algorithm>
#include <stdexcept>

namespace widthwise {

namespace {

/// The keys of the limits that are reached.
std::vector<std::vector<std::string>> reachedLimits(const ExperimentRecord& record,
                                                    const Experiment& experiment,
                                                    std::span<const Trial> trials, TimePoint now)
{
    std::vector<std::vector<std::string>> keys;
    const Budget& budget = experiment.budget;
    if (const Trial* best = bestTrial(experiment, trials);
        best && reachesGoal(experiment.objective, *best->objective))
        keys.push_back({"objective", "goal"});
    if (budget.wallTime && now - record.started.value_or(now) >= *budget.wallTime)
        keys.push_back({"budget", "wall_time"});
    if (budget.deviceHours && deviceHours(experiment.resources, trials, now) >= *budget.deviceHours)
        keys.push_back({"budget", "device_hours"});
    return keys;
}

} // namespace

std::optional<std::int64_t> trialsLeft(const Experiment& experiment, std::span<const Trial> trials)
{
    Experiment unlimited = experiment;
    unlimited.budget.trials.reset();
    const auto expected = expectedTrials(unlimited, ExperimentState::Running, trials);
    return expected ? std::optional(expected->count - std::ssize(trials)) : std::nullopt;
}

std::string withMoreTrials(const ExperimentRecord& record, std::span<const Trial> trials, int count,
                           TimePoint now)
{
    const Experiment experiment = experimentOf(record);
    if (count < 1)
        throw std::invalid_argument("expected at least 1 more trial, got " + std::to_string(count));
    if (const auto left = trialsLeft(experiment, trials); left && *left < count)
        throw std::invalid_argument("the search of " + record.name + " has " +
                                    (*left == 0 ? "no" : "only " + std::to_string(*left)) + " more " +
                                    (*left == 1 ? "configuration" : "configurations") +
                                    " to try: a new experiment can search elsewhere");
    std::string text = record.yaml;
    for (const std::vector<std::string>& key : reachedLimits(record, experiment, trials, now))
        text = withValue(text, key, {});
    const std::int64_t proposed =
        std::ranges::count_if(trials, [](const Trial& trial) { return !trial.promotedFrom; });
    const std::int64_t all = proposed + count;
    return withValue(text, {"budget", "trials"}, std::to_string(all));
}

void addTrials(Database& database, std::int64_t experiment, int count, TimePoint now)
{
    Experiments experiments(database);
    const std::optional<ExperimentRecord> found = experiments.find(experiment);
    if (!found)
        throw std::invalid_argument("this experiment was removed");
    const ExperimentRecord& record = *found;
    const Standing standing{record.state, experiments.counts(record.id),
                            isAlive(driverInfo(database, record.id), now),
                            Mirrors(database).origin(record.id).has_value()};
    if (const Permission may = permission(Request::AddTrials, standing); !may.isGranted())
        throw std::invalid_argument(record.name + ' ' + may.why);
    std::vector<Trial> trials;
    for (TrialRecord& trial : Trials(database).all(record.id))
        trials.push_back(std::move(trial.trial));
    experiments.setYaml(record.id, record.name, withMoreTrials(record, trials, count, now));
    Commands(database).add(record.id, {Command::Kind::Resume}, now);
}

} // namespace widthwise
