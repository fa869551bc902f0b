// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/driver.h"
#include "core/store/outputs.h"
#include "core/store/series.h"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace widthwise {

/// A changed experiment as it is recorded; see Experiments::setChanged.
struct ChangedText {
    std::string yaml;
    std::string changes;
};

/// What one turn of a Runner changes: recorded all together or not at all, and done only once it is recorded.
struct Turn {
    std::map<int, Trial> trials; ///< as they are at the end of the turn, by number
    std::map<int, std::map<std::string, std::vector<Point>>> points;
    std::map<int, ReadPosition> positions;
    std::map<int, OutputTail> outputs;
    std::set<int> cleared;              ///< trials whose points go, because they start anew
    std::vector<std::int64_t> commands; ///< obeyed
    std::optional<action::SetState> state;
    std::optional<ChangedText> changed;
    std::vector<Action> toPerform; ///< Launch, RequestStop, Kill and DropCheckpoint, in order

    bool empty() const;
    /// Sorts the driver's actions into what is to be recorded and what is to be done.
    void add(std::vector<Action> fromDriver);
    /// Writes all but `toPerform` in one transaction. `ids` are the store ids of the trials by number, and
    /// grows. Throws StoreError, and then has changed nothing.
    void record(Database& database, std::int64_t experiment, std::map<int, std::int64_t>& ids,
                TimePoint now) const;
};

} // namespace widthwise
