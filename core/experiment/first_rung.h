// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/experiment.h"

#include <cstdint>
#include <optional>

namespace widthwise {

/// Up to which step the learning rate rises, in a run of so many, where all trials have the same; 0 where
/// that is not known.
std::int64_t warmupEnd(const Experiment& experiment, std::int64_t length);

/// A step for the lowest rung: 1/eta³ of a run, or a tenth where populations are compared, and not within the
/// warm-up. Empty where the length of a run is not known, or where the rungs are no steps of one.
std::optional<std::int64_t> suggestedFirstRung(const Experiment& experiment);

} // namespace widthwise
