// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/study/search_selection.h"

#include <map>
#include <vector>

namespace widthwise::ui {

/// A search that an experiment may be compared with.
struct SearchRow {
    std::int64_t key = 0; ///< the same whenever it is read
    int seeds = 0;        ///< experiments of it
    bool chosen = false;
    bool isAlike = true;    ///< see StoredSearch
    std::string unfinished; ///< an experiment of it that has no value yet
};

/// What was read of experiments that have ended; they are not read again.
using KnownRuns = std::map<std::int64_t, std::pair<ExperimentRecord, SearchRun>>;

/// The searches beside an experiment, a group for each row: its own first. Those that are not chosen have no
/// runs.
struct SearchesReading {
    std::vector<SearchRow> rows;
    SearchComparison comparison;
    KnownRuns known;
};

/// Which rows are chosen, by key; the others are where they are alike.
using ChosenSearches = std::map<std::int64_t, bool>;

SearchesReading readSearches(Database& database, const ExperimentRecord& record, const ChosenSearches& chosen,
                             const KnownRuns& known);

} // namespace widthwise::ui
