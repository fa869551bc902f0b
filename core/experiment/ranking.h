// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/experiment.h"
#include "core/experiment/trial.h"

#include <optional>
#include <span>

/// Which of a trial's values counts, which trials are usable, and which is the best.
namespace widthwise {

/// A finite value that a trial reports counts in place of the one before: always where the last one counts,
/// else where it is better.
bool replaces(const Objective& objective, double reported, std::optional<double> before);

/// It failed or diverged, or is being stopped because it diverged: no value of it counts, and it is neither
/// the best nor exported.
bool failedOrDiverged(const Trial& trial);

/// It has a value that counts, so far.
bool isUsable(const Trial& trial);

/// It has a value that counts and will not change: it was completed or stopped early.
bool isSettled(const Trial& trial);

/// Ended as its training had come to its end: only such values compare trials of equal length.
bool isComparable(const Trial& trial);

/// The size of its model, where the experiment climbs through sizes: whatever a smaller one reaches, a larger
/// one counts for more. 0 where it does not.
int sizeOf(const Experiment& experiment, const Trial& trial);

/// A usable trial that is better than `best`; null is worse than any.
bool beats(const Experiment& experiment, const Trial& trial, const Trial* best);

/// Of the usable trials the best, the first where several are; null where there is none.
const Trial* bestTrial(const Experiment& experiment, std::span<const Trial> trials);

/// True for a value at the objective's goal or beyond it.
bool reachesGoal(const Objective& objective, double value);

} // namespace widthwise
