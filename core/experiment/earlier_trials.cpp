// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/earlier_trials.h"

#include "core/experiment/ranking.h"

#include <algorithm>
#include <stdexcept>

namespace widthwise {

namespace {

/// Throws std::invalid_argument with the reason.
Value valueFor(const Parameter& parameter, const Configuration& earlier)
{
    const Value* value = earlier.find(parameter.name);
    const auto* fixed = std::get_if<FixedValue>(&parameter.domain);
    if (!value && fixed)
        return fixed->value;
    if (!value)
        throw std::invalid_argument("they have no " + parameter.name);
    const auto* whole = std::get_if<std::int64_t>(value);
    const auto real =
        whole && std::holds_alternative<FloatRange>(parameter.domain) ? exactNumber(*whole) : std::nullopt;
    const Value typed = real ? Value(*real) : *value;
    if (contains(parameter.domain, typed))
        return typed;
    if (fixed)
        throw std::invalid_argument(parameter.name + " is fixed to " + toText(fixed->value) + " here");
    throw std::invalid_argument(std::holds_alternative<Choices>(parameter.domain)
                                    ? parameter.name + " has no choice " + toText(typed) + " here"
                                    : parameter.name + " is out of its bounds here");
}

struct Ended {
    const Trial* trial;
    std::optional<double> rank;
};

/// Of all that ended, the best first, then those that failed.
std::vector<Ended> ranked(const Experiment& experiment, std::span<const Trial> trials)
{
    int largest = 0;
    for (const Trial& trial : trials)
        if (isComparable(trial))
            largest = std::max(largest, sizeOf(experiment, trial));
    std::vector<Ended> result, failed;
    for (const Trial& trial : trials)
        if (isComparable(trial) && sizeOf(experiment, trial) == largest)
            result.push_back({&trial, {}});
        else if (isFinal(trial.state) && failedOrDiverged(trial) && trial.agent != Agent::Machine)
            failed.push_back({&trial, {}});
    std::ranges::stable_sort(result, [&](const Ended& a, const Ended& b) {
        return isBetter(experiment.objective, *a.trial->objective, *b.trial->objective);
    });
    for (std::size_t i = 0; i < result.size(); ++i) {
        const bool isTied = i > 0 && *result[i].trial->objective == *result[i - 1].trial->objective;
        result[i].rank =
            isTied ? result[i - 1].rank : (static_cast<double>(i) + 0.5) / static_cast<double>(result.size());
    }
    result.insert(result.end(), failed.begin(), failed.end());
    return result;
}

/// The first half of so many, and others evenly over the rest.
std::vector<EarlierTrial> thinned(std::vector<EarlierTrial> trials, std::size_t most)
{
    if (trials.size() <= most)
        return trials;
    const std::size_t half = most / 2, others = trials.size() - half, places = most - half;
    for (std::size_t i = 0; i < places; ++i)
        trials[half + i] = trials[half + i * others / places];
    trials.resize(most);
    return trials;
}

} // namespace

EarlierTrials earlierTrials(const Experiment& earlier, std::span<const Trial> trials,
                            const SearchSpace& space, std::size_t most)
{
    EarlierTrials found;
    for (const Ended& ended : ranked(earlier, trials)) {
        ++found.ended;
        const Configuration& there = ended.trial->configuration;
        try {
            Configuration here = space.build(
                [&](const Parameter& parameter, std::size_t) { return valueFor(parameter, there); });
            found.trials.push_back({earlier.name, ended.trial->number, ended.rank, std::move(here)});
        } catch (const std::invalid_argument& error) {
            ++found.refused[error.what()];
        }
    }
    if (found.trials.size() > most)
        found.refused["there are so many that a part says enough"] +=
            static_cast<int>(found.trials.size() - most);
    found.trials = thinned(std::move(found.trials), most);
    return found;
}

bool sharesParameter(const SearchSpace& here, const SearchSpace& there)
{
    return std::ranges::any_of(
        here.varied(), [&](const Parameter* parameter) { return there.find(parameter->name) != nullptr; });
}

} // namespace widthwise
