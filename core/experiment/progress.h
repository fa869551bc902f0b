// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/experiment.h"
#include "core/experiment/trial.h"

#include <cstdint>
#include <optional>
#include <span>

namespace widthwise {

/// How many trials there will be if nothing ends the experiment early: its budget or the size of its grid.
/// Empty where neither limits it.
std::optional<std::int64_t> plannedTrials(const Experiment& experiment);

/// What device hours count: the GPUs on all nodes of a trial, or its nodes where it uses no GPU.
int deviceCount(const Resources& resources);

/// Running time of all attempts times the devices of a trial: GPU hours, or node hours where a trial uses no
/// GPU.
double deviceHours(const Resources& resources, std::span<const Trial> trials, TimePoint now);

/// The running time of a trial that ran to its end; empty for any other.
std::optional<Seconds> wholeDuration(const Trial& trial);
/// The mean over the trials that ran to their end; empty without one.
std::optional<Seconds> meanDuration(std::span<const Trial> trials);

/// The time until all planned trials have ended, if those to come take as long as the completed ones did on
/// average, or until the budget of wall time is spent. Empty where nothing is known yet.
std::optional<Seconds> remainingTime(const Experiment& experiment, std::span<const Trial> trials,
                                     TimePoint now);

} // namespace widthwise
