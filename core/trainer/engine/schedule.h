// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/models/choices.h"

#include <cstdint>

namespace widthwise::trainer {

/// The learning rate over a run of `steps` updates. Groups multiply it: η_group(t) = multiplier · rate(t).
struct Schedule {
    ScheduleKind kind = ScheduleKind::OneCycle;
    double initialRate = 0;
    double maximalRate = 0;
    double finalRate = 0;
    std::int64_t steps = 1;
    double warmupSteps = 0; ///< of `steps`; need not be whole (a fraction of the run seldom is)

    /// The rate of update `step` = 0, 1, …, steps − 1. One-cycle follows PyTorch's OneCycleLR with cosine
    /// annealing and two phases: from `initialRate` to `maximalRate` at update warmupSteps − 1, then to
    /// `finalRate` at the last. Cosine rises linearly over the warm-up and falls to `finalRate` along half a
    /// cosine.
    double rate(std::int64_t step) const;

    /// Where update `step` lies between the ends of the cycle (0) and its top (1), along the same cosine:
    /// one-cycle's β₁ is lowest where the rate is highest. 0 for the other schedules.
    double height(std::int64_t step) const;
};

} // namespace widthwise::trainer
