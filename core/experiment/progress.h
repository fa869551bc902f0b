// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/experiment.h"
#include "core/experiment/trial.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace widthwise {

/// How many trials there will be if nothing ends the experiment early: its budget or the size of its grid.
/// Empty where neither limits it.
std::optional<std::int64_t> plannedTrials(const Experiment& experiment);

/// How many trials there will be, with those that there are.
struct ExpectedTrials {
    std::int64_t count = 0;
    bool mayGrow = false; ///< promotions to another size, or copies, may come beside them
    bool operator==(const ExpectedTrials&) const = default;
};
/// As planned, and what the plan does not count: promotions and copies that there are, and trials of a grid
/// as it was before it was changed. Empty where nothing limits them.
std::optional<ExpectedTrials> expectedTrials(const Experiment& experiment, ExperimentState state,
                                             std::span<const Trial> trials);
/// "7/24", "7/24+" where more may come, or "7" where it is not known how many will.
std::string toText(std::int64_t ended, const std::optional<ExpectedTrials>& expected);

/// What device hours count: the GPUs on all nodes of a trial, or its nodes where it uses no GPU.
int deviceCount(const Resources& resources);

/// Running time of all attempts times the devices of a trial: GPU hours, or node hours where a trial uses no
/// GPU.
double deviceHours(const Resources& resources, std::span<const Trial> trials, TimePoint now);

/// The running time of a trial that ran to its end; empty for any other.
std::optional<Seconds> wholeDuration(const Trial& trial);
/// The mean over the trials that ran to their end; empty without one.
std::optional<Seconds> meanDuration(std::span<const Trial> trials);

/// The trials that a person paused, where nothing runs and nothing waits for its turn beside them: the
/// experiment goes on with these. Empty elsewhere.
std::vector<int> heldUpBy(std::span<const Trial> trials);

/// The time until all expected trials have ended, if those to come take as long as the completed ones did on
/// average, or until the budget of wall time is spent. Empty where nothing is known yet, or
/// where that is for a person to say.
std::optional<Seconds> remainingTime(const Experiment& experiment, std::span<const Trial> trials,
                                     TimePoint now);

} // namespace widthwise
