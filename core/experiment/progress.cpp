// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/progress.h"

#include "core/schedule/schedulers.h"
#include "core/search/algorithms.h"
#include "core/search/grid_search.h"

#include <algorithm>

namespace widthwise {

std::optional<std::int64_t> plannedTrials(const Experiment& experiment)
{
    std::optional<std::int64_t> planned;
    if (const auto count = configurationCount(experiment.search, experiment.space))
        planned = static_cast<std::int64_t>(*count);
    if (const std::optional<int> most = experiment.budget.trials)
        planned = std::min<std::int64_t>(planned.value_or(*most), *most);
    return planned;
}

std::optional<ExpectedTrials> expectedTrials(const Experiment& experiment, ExperimentState state,
                                             std::span<const Trial> trials)
{
    const bool mayGrow =
        !isFinal(state) && (experiment.fidelity || schedulerOf(experiment.schedule.type).copies);
    const std::int64_t derived =
        std::ranges::count_if(trials, [](const Trial& trial) { return trial.promotedFrom.has_value(); });
    const std::int64_t proposed = std::ssize(trials) - derived;
    std::optional<std::int64_t> count;
    if (const std::optional<int> points = gridPoints(experiment.search)) {
        GridSearch grid(experiment.space, *points);
        for (const Trial& trial : trials)
            grid.pass(trial.configuration);
        count = proposed + static_cast<std::int64_t>(grid.left());
    } else if (const auto listed = configurationCount(experiment.search, experiment.space)) {
        count = static_cast<std::int64_t>(*listed);
    }
    if (const std::optional<int> most = experiment.budget.trials)
        count = std::min<std::int64_t>(count.value_or(*most), *most);
    if (!count)
        return std::nullopt;
    return ExpectedTrials{std::max(*count, proposed) + derived, mayGrow};
}

std::string toText(std::int64_t ended, const std::optional<ExpectedTrials>& expected)
{
    std::string text = std::to_string(ended);
    if (expected)
        text += '/' + std::to_string(expected->count) + (expected->mayGrow ? "+" : "");
    return text;
}

int deviceCount(const Resources& resources)
{
    return std::max(1, resources.gpus) * std::max(1, resources.nodes);
}

double deviceHours(const Resources& resources, std::span<const Trial> trials, TimePoint now)
{
    Seconds total{0};
    for (const Trial& trial : trials)
        total += duration(trial, now);
    return total.count() / 3600 * deviceCount(resources);
}

std::optional<Seconds> wholeDuration(const Trial& trial)
{
    if (trial.state != TrialState::Completed || !trial.finished)
        return std::nullopt;
    return duration(trial, *trial.finished);
}

std::optional<Seconds> meanDuration(std::span<const Trial> trials)
{
    Seconds total{0};
    int count = 0;
    for (const Trial& trial : trials)
        if (const std::optional<Seconds> whole = wholeDuration(trial)) {
            total += *whole;
            ++count;
        }
    return count > 0 ? std::optional(total / count) : std::nullopt;
}

std::vector<int> heldUpBy(std::span<const Trial> trials)
{
    std::vector<int> held;
    for (const Trial& trial : trials) {
        if (isActive(trial.state) || trial.state == TrialState::Pending)
            return {};
        if (trial.state == TrialState::Paused && trial.agent != Agent::Scheduler)
            held.push_back(trial.number);
    }
    return held;
}

std::optional<Seconds> remainingTime(const Experiment& experiment, std::span<const Trial> trials,
                                     TimePoint now)
{
    const std::optional<ExpectedTrials> expected =
        expectedTrials(experiment, ExperimentState::Running, trials);
    const std::optional<Seconds> mean = meanDuration(trials);
    if (!expected || !mean || !heldUpBy(trials).empty())
        return std::nullopt;
    const auto ended = std::ranges::count_if(trials, [](const Trial& trial) { return isFinal(trial.state); });
    const auto open = static_cast<double>(expected->count - ended);
    Seconds work = open * *mean;
    Seconds longest{0};
    for (const Trial& trial : trials) {
        if (isFinal(trial.state))
            continue;
        const Seconds done = std::min(duration(trial, now), *mean);
        work -= done;
        if (trial.state == TrialState::Running)
            longest = std::max(longest, *mean - done);
    }
    Seconds remaining = std::max({work / std::max(1, experiment.resources.parallel), longest, Seconds{0}});
    if (const std::optional<Seconds> budget = experiment.budget.wallTime) {
        const Seconds spent = now - trials.front().created;
        remaining = std::min(remaining, std::max(Seconds{0}, *budget - spent));
    }
    return remaining;
}

} // namespace widthwise
