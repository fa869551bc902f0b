// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/trial.h"
#include "core/store/database.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace widthwise {

/// A trial with its place in the store.
struct TrialRecord {
    std::int64_t id = 0;
    std::int64_t experiment = 0;
    std::int64_t revision = 0; ///< rises with every change of any trial of its store
    Trial trial;
};

class Trials {
public:
    explicit Trials(Database& database) : m_database(database) {}

    /// Inserts the trial, or replaces the one with its number. Returns its store id.
    std::int64_t save(std::int64_t experiment, const Trial& trial);
    std::vector<TrialRecord> all(std::int64_t experiment);
    /// Those with a revision greater than `revision`: what a viewer has not seen yet, by number.
    std::vector<TrialRecord> changedSince(std::int64_t experiment, std::int64_t revision);
    /// Of all experiments, at most so many that changed after `place`, in the order of their changes, which
    /// `place` follows.
    std::vector<TrialRecord> changedAfter(ChangePlace& place, int most);
    std::optional<TrialRecord> find(std::int64_t experiment, int number);

private:
    Database& m_database;
};

} // namespace widthwise
