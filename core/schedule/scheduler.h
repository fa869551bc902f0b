// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/algorithm.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace widthwise {

enum class Decision { Continue, Stop, Pause };

/// Decides whether a running trial is worth going on. The same history gives the same decision, whatever was
/// asked before.
class Scheduler {
public:
    virtual ~Scheduler() = default;

    /// Called after each report of a running trial, which is the last of its reports in the history.
    virtual Decision judge(const History& history, std::size_t trial) = 0;
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
