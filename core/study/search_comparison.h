// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/analysis/estimate.h"
#include "core/experiment/experiment.h"
#include "core/store/experiments.h"

#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace widthwise {

/// What a search may spend.
enum class SearchCost { Trials, DeviceHours, WallTime };

/// Of `trials`, `device-hours` and `time`. Throws std::invalid_argument.
SearchCost searchCostFromText(std::string_view text);

/// How one search went: the best value whenever a trial that ended made it better.
struct SearchRun {
    struct Best {
        int trials = 0; ///< ended until then
        double deviceHours = 0;
        Seconds wallTime{}; ///< since the experiment began
        double value = 0;

        double cost(SearchCost kind) const;
    };
    std::string name;
    std::vector<Best> improvements = {};
    Best end = {};                           ///< all that was spent; `value` is the best
    std::optional<double> rungCorrelation{}; ///< Spearman, of the lowest rung with the end of the run
    int correlated = 0;                      ///< trials that tell it

    /// Empty before the first trial has ended.
    std::optional<double> bestAt(SearchCost kind, double cost) const;
};

/// Searches that differ by their seeds alone.
struct SearchGroup {
    std::string label;
    std::vector<SearchRun> runs;
};

/// The median of a group's best values, and the quartiles.
struct SearchBand {
    double median = 0, low = 0, high = 0;
    int runs = 0; ///< with a value
};

/// No trial of an experiment has ended with a value.
class UnfinishedSearch : public std::invalid_argument {
public:
    using std::invalid_argument::invalid_argument;
};

/// Throws UnfinishedSearch.
SearchRun searchRun(Database& database, const ExperimentRecord& record, const Experiment& experiment);

/// Empty where no run has a value yet.
std::optional<SearchBand> bandAt(const SearchGroup& group, SearchCost kind, double cost);

/// What a group's band is from a cost on.
struct SearchStep {
    double cost = 0;
    SearchBand band;
};
/// Where the band changes, and last the most that all runs have spent; from where every run has a value, as
/// some alone would be another band.
std::vector<SearchStep> bandSteps(const SearchGroup& group, SearchCost kind);

/// The most that every run of all groups has spent.
double commonCost(std::span<const SearchGroup> groups, SearchCost kind);

/// Of runs in their order, by pairs: how much better `b` is than `a` at the same cost, positive where it is
/// better, with Student's interval.
struct PairedDifference {
    Estimate better;
    int pairs = 0;
    int wins = 0; ///< of b
};
PairedDifference pairedDifference(const SearchGroup& a, const SearchGroup& b, SearchCost kind, double cost,
                                  Direction direction);

/// "b is better than a by 0.012 (95 %: 0.004 to 0.02) at 2 device hours; it wins 4 of 5 pairs": at the most
/// that all runs of `groups`, of which `b` is one, have spent; `a` is the first of them. Empty where no pair
/// has values.
std::string differenceText(std::span<const SearchGroup> groups, const SearchGroup& b, SearchCost kind,
                           Direction direction);

/// "random-1: rank correlation of the lowest rung with the end 0.82 over 40 trials"; empty where there are no
/// rungs, or too few trials.
std::string rungText(const SearchRun& run);

} // namespace widthwise
