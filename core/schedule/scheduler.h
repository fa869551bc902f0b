// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/algorithm.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace widthwise {

enum class Decision { Continue, Stop, Pause };

/// Decides from a running trial's reports whether it is worth going on. Values are finite and of the
/// experiment's objective metric; steps of one trial rise strictly.
class Scheduler {
public:
    virtual ~Scheduler() = default;

    virtual Decision report(int trial, std::int64_t step, double value) = 0;
    /// The trial ended by itself; it reports no more.
    virtual void completed(int trial) = 0;
};

struct SchedulerSettings {
    std::string type = "none";   ///< one of schedulers()
    std::int64_t graceSteps = 0; ///< no trial is stopped before this step
    int minTrials = 3;           ///< median: how many other trials must have reported at that step
    bool operator==(const SchedulerSettings&) const = default;
};

/// `none`, `median`.
const std::vector<std::string>& schedulers();

/// Throws std::invalid_argument for an unknown type.
std::unique_ptr<Scheduler> makeScheduler(const SchedulerSettings& settings, Direction direction);

} // namespace widthwise
