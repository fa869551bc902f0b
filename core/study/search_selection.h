// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/study/search_comparison.h"

#include <stdexcept>
#include <string>
#include <vector>

namespace widthwise {

/// No experiment of the store has such a name.
class UnknownSearch : public std::invalid_argument {
public:
    using std::invalid_argument::invalid_argument;
};

/// Searches of one objective.
struct SearchComparison {
    Objective objective;
    std::vector<SearchGroup> groups;
};

/// Each of `wanted` is the name of an experiment, or `LABEL=NAME,NAME` of several that differ by their seeds;
/// `*` in a name stands for any characters. Throws UnknownSearch, UnfinishedSearch, or std::invalid_argument
/// where a text has errors or objectives differ.
SearchComparison searchComparison(Database& database, const std::vector<std::string>& wanted);

/// Experiments of a store that differ by their seeds alone, as a search that may be compared.
struct StoredSearch {
    std::string label; ///< algorithm and scheduler; with a name where several have the same
    std::vector<ExperimentRecord> records;
    Experiment experiment; ///< one of them
    bool isAlike = false;  ///< it searches the same space of the same program
};

/// All searches with the objective of an experiment: its own first, then those that are alike. Empty where
/// the text of the experiment has errors.
std::vector<StoredSearch> searchesBeside(Database& database, const ExperimentRecord& record);

} // namespace widthwise
