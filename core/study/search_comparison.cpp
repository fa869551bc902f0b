// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/search_comparison.h"

#include "core/analysis/least_squares.h"
#include "core/experiment/amount_text.h"
#include "core/experiment/duration_text.h"
#include "core/experiment/progress.h"
#include "core/experiment/ranking.h"
#include "core/experiment/rungs.h"
#include "core/schedule/rank_correlation.h"
#include "core/store/series.h"
#include "core/store/trials.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace widthwise {

namespace {

double quantile(const std::vector<double>& sorted, double share)
{
    const double place = share * static_cast<double>(sorted.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    const double part = place - static_cast<double>(below);
    return part == 0 ? sorted[below] : sorted[below] + part * (sorted[below + 1] - sorted[below]);
}

/// A trial's values at the first rung and at the end, where it has both.
void correlate(SearchRun& run, Database& database, const ExperimentRecord& record,
               const Experiment& experiment, std::span<const Trial> trials)
{
    const RungPlan plan = schedulingTask(experiment).plan;
    if (!plan.isOfOneRun())
        return;
    std::vector<double> early, last;
    SeriesTable table(database);
    for (const SeriesSummary& summary : table.summaries(record.id, experiment.objective.metric)) {
        const Trial& trial = trials[static_cast<std::size_t>(summary.trialNumber)];
        if (!isComparable(trial))
            continue;
        const Points points = table.read(summary.id);
        const auto reached = std::ranges::lower_bound(points.steps, plan.steps.front());
        if (reached == points.steps.end())
            continue;
        std::optional<double> value;
        for (std::size_t i = 0; i <= static_cast<std::size_t>(reached - points.steps.begin()); ++i)
            if (std::isfinite(points.values[i]) && replaces(experiment.objective, points.values[i], value))
                value = points.values[i];
        if (!value)
            continue;
        early.push_back(*value);
        last.push_back(*trial.objective);
    }
    run.correlated = static_cast<int>(early.size());
    if (early.size() > 2)
        run.rungCorrelation = rankCorrelation(early, last);
}

std::string costText(SearchCost kind, double cost)
{
    switch (kind) {
    case SearchCost::Trials:
        return " after " + countText(std::llround(cost), "trial");
    case SearchCost::DeviceHours:
        return " at " + numberText(cost) + " device hours";
    case SearchCost::WallTime:
        return " after " + durationToText(Seconds(std::round(cost)));
    }
    throw std::invalid_argument("unknown cost");
}

} // namespace

SearchCost searchCostFromText(std::string_view text)
{
    if (text == "trials")
        return SearchCost::Trials;
    if (text == "device-hours")
        return SearchCost::DeviceHours;
    if (text == "time")
        return SearchCost::WallTime;
    throw std::invalid_argument("searches are compared against trials, device-hours or time, not \"" +
                                std::string(text) + '"');
}

double SearchRun::Best::cost(SearchCost kind) const
{
    switch (kind) {
    case SearchCost::Trials:
        return trials;
    case SearchCost::DeviceHours:
        return deviceHours;
    case SearchCost::WallTime:
        return wallTime.count();
    }
    throw std::invalid_argument("unknown cost");
}

std::optional<double> SearchRun::bestAt(SearchCost kind, double cost) const
{
    std::optional<double> value;
    for (const Best& best : improvements)
        if (best.cost(kind) <= cost)
            value = best.value;
    return value;
}

SearchRun searchRun(Database& database, const ExperimentRecord& record, const Experiment& experiment)
{
    std::vector<Trial> trials;
    for (TrialRecord& trial : Trials(database).all(record.id))
        trials.push_back(std::move(trial.trial));
    std::vector<const Trial*> ended;
    for (const Trial& trial : trials)
        if (trial.finished)
            ended.push_back(&trial);
    std::ranges::stable_sort(ended, {}, [](const Trial* trial) { return *trial->finished; });

    SearchRun run{.name = record.name};
    const TimePoint start = record.started.value_or(record.created);
    const Trial* best = nullptr;
    for (const Trial* trial : ended) {
        ++run.end.trials;
        run.end.deviceHours += deviceHours(experiment.resources, {trial, 1}, *trial->finished);
        run.end.wallTime = *trial->finished - start;
        if (!beats(experiment, *trial, best))
            continue;
        best = trial;
        run.end.value = *trial->objective;
        run.improvements.push_back(run.end);
    }
    if (!best)
        throw UnfinishedSearch("no trial of " + record.name + " has ended with a value of " +
                               experiment.objective.metric);
    correlate(run, database, record, experiment, trials);
    return run;
}

std::optional<SearchBand> bandAt(const SearchGroup& group, SearchCost kind, double cost)
{
    std::vector<double> values;
    for (const SearchRun& run : group.runs)
        if (const auto value = run.bestAt(kind, cost))
            values.push_back(*value);
    if (values.empty())
        return std::nullopt;
    std::ranges::sort(values);
    return SearchBand{quantile(values, 0.5), quantile(values, 0.25), quantile(values, 0.75),
                      static_cast<int>(values.size())};
}

std::vector<SearchStep> bandSteps(const SearchGroup& group, SearchCost kind)
{
    const double end = commonCost({&group, 1}, kind);
    std::vector<double> costs{end};
    for (const SearchRun& run : group.runs)
        for (const SearchRun::Best& best : run.improvements)
            if (best.cost(kind) < end)
                costs.push_back(best.cost(kind));
    std::ranges::sort(costs);
    costs.erase(std::ranges::unique(costs).begin(), costs.end());
    std::vector<SearchStep> steps;
    for (const double cost : costs) {
        const std::optional<SearchBand> band = bandAt(group, kind, cost);
        if (band && band->runs == std::ssize(group.runs))
            steps.push_back({cost, *band});
    }
    return steps;
}

double commonCost(std::span<const SearchGroup> groups, SearchCost kind)
{
    double common = std::numeric_limits<double>::infinity();
    for (const SearchGroup& group : groups)
        for (const SearchRun& run : group.runs)
            common = std::min(common, run.end.cost(kind));
    return common;
}

PairedDifference pairedDifference(const SearchGroup& a, const SearchGroup& b, SearchCost kind, double cost,
                                  Direction direction)
{
    PairedDifference result;
    std::vector<double> differences;
    const double sign = direction == Direction::Minimize ? 1 : -1;
    for (std::size_t i = 0; i < std::min(a.runs.size(), b.runs.size()); ++i) {
        const auto one = a.runs[i].bestAt(kind, cost), other = b.runs[i].bestAt(kind, cost);
        if (!one || !other)
            continue;
        differences.push_back(sign * (*one - *other));
        result.wins += differences.back() > 0;
    }
    result.pairs = static_cast<int>(differences.size());
    if (differences.empty())
        return result;
    const auto count = static_cast<double>(differences.size());
    double mean = 0, square = 0;
    for (const double difference : differences)
        mean += difference / count;
    for (const double difference : differences)
        square += (difference - mean) * (difference - mean);
    result.better.value = mean;
    if (differences.size() > 1) {
        const double error = student95(result.pairs - 1) * std::sqrt(square / (count - 1) / count);
        result.better.low = mean - error;
        result.better.high = mean + error;
    }
    return result;
}

std::string differenceText(std::span<const SearchGroup> groups, const SearchGroup& b, SearchCost kind,
                           Direction direction)
{
    const SearchGroup& a = groups.front();
    const double cost = commonCost(groups, kind);
    const PairedDifference difference = pairedDifference(a, b, kind, cost, direction);
    if (!difference.better.isKnown())
        return {};
    const std::string wins =
        "; it wins " + std::to_string(difference.wins) + " of " + countText(difference.pairs, "pair");
    if (difference.better.value == 0)
        return b.label + " is as good as " + a.label + costText(kind, cost) + wins;
    const bool isBetter = difference.better.value > 0;
    const double sign = isBetter ? 1 : -1;
    const bool isSettled =
        !difference.better.isBounded() || difference.better.low * difference.better.high > 0;
    std::string text = b.label + (isSettled ? " is " : " may be ") + (isBetter ? "better" : "worse") +
                       " than " + a.label + " by " + numberText(sign * difference.better.value);
    if (difference.better.isBounded()) {
        const auto [low, high] = std::minmax({sign * difference.better.low, sign * difference.better.high});
        text += " (95 %: " + numberText(low) + " to " + numberText(high) + ')';
    }
    return text + costText(kind, cost) + wins;
}

std::string rungText(const SearchRun& run)
{
    if (!run.rungCorrelation)
        return {};
    return run.name + ": rank correlation of the lowest rung with the end " +
           numberText(*run.rungCorrelation) + " over " + countText(run.correlated, "trial");
}

} // namespace widthwise
