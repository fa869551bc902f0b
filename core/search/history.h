// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/space/configuration.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace widthwise {

/// One value of the objective; finite.
struct Report {
    std::int64_t step = 0;
    double value = 0;
    bool operator==(const Report&) const = default;
};

/// A trial as far as decisions depend on it.
struct PastTrial {
    enum class State {
        Open,   ///< has its configuration and has not ended: it waits, runs or is paused
        Ended,  ///< its value counts, also where it was stopped early
        Failed, ///< it diverged or gave no usable value, which says something about its configuration
        Void,   ///< it never ran, which says nothing
    };
    Configuration configuration;
    State state = State::Open;
    std::optional<double> value; ///< the one that counts so far
    std::vector<Report> reports; ///< steps rise strictly
    /// Rises where the reports were cleared because the trial begins anew.
    int generation = 0;
    bool operator==(const PastTrial&) const = default;
};

/// What is known of an experiment's trials, by number. Search algorithms and schedulers decide from it and
/// from the seed alone: a new instance over the same history answers as the one that lived through it.
using History = std::vector<PastTrial>;

} // namespace widthwise
