// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/schedule/rung_plan.h"
#include "core/search/algorithm.h"
#include "core/search/setting.h"

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace widthwise {

enum class Decision { Continue, Stop, Pause };

/// What becomes of a running trial, and why.
struct Judgement {
    Decision decision = Decision::Continue;
    std::string reason = {}; ///< in words; empty where it goes on
    bool operator==(const Judgement&) const = default;
};

/// A trial with a configuration that the search algorithm has not proposed yet.
struct StartTrial {
    int bracket = 0;
    int rung = 0; ///< up to which it runs
    bool operator==(const StartTrial&) const = default;
};
/// A trial that has reached the rung below goes on: the same trial where the rungs are of one run, else a new
/// one.
struct PromoteTrial {
    std::size_t trial = 0;
    int rung = 0;
    std::string reason = {};
    bool operator==(const PromoteTrial&) const = default;
};
/// A new trial goes on from another one's checkpoint at the rung below, with a configuration beside its own.
struct CopyTrial {
    std::size_t trial = 0;                    ///< whose checkpoint
    int rung = 0;                             ///< up to which the new one runs
    std::optional<std::size_t> replaced = {}; ///< waits at the rung below, and ends
    std::string reason = {};                  ///< of that end
    bool operator==(const CopyTrial&) const = default;
};
/// A trial that waits at its rung is not worth going on: it ends.
struct StopTrial {
    std::size_t trial = 0;
    std::string reason = {};
    bool operator==(const StopTrial&) const = default;
};
/// Nothing before the history has changed.
struct NothingDue {
    bool operator==(const NothingDue&) const = default;
};
using Due = std::variant<StartTrial, PromoteTrial, CopyTrial, StopTrial, NothingDue>;

/// What is due where trials are not held back: a new one, if there may be one.
Due startIf(bool mayStart);

/// Decides which trials are worth going on. The same history and seed give the same decisions, whatever was
/// asked before.
class Scheduler {
public:
    explicit Scheduler(RungPlan plan) : m_plan(std::move(plan)) {}
    virtual ~Scheduler() = default;

    const RungPlan& plan() const { return m_plan; }
    /// Called after each report of a running trial, which is the last of its reports in the history.
    virtual Judgement judge(const History& history, std::size_t trial) = 0;
    /// What a free place is for, or what has to be done before that is known. `mayStart`: whether there may
    /// be a new trial.
    virtual Due next(const History& history, bool mayStart) = 0;
    /// Whether another trial may yet go on from the checkpoint of one that has ended.
    virtual bool mayContinueFrom(const History&, std::size_t /*trial*/) { return false; }
    /// What a person should know of its decisions; empty where there is nothing.
    virtual std::string notice(const History&) { return {}; }

private:
    RungPlan m_plan;
};

struct SchedulerSettings {
    std::string type = "none";   ///< the id of one of schedulers()
    SettingValues settings = {}; ///< what is set of the scheduler's settings
    bool operator==(const SchedulerSettings&) const = default;
};

/// What is compared, and among how many.
struct SchedulingTask {
    RungPlan plan = {};
    Direction direction = Direction::Minimize;
    ObjectiveValue value = ObjectiveValue::Best;
    std::optional<int> trials = {}; ///< that may be started in all; empty: no limit
    std::uint64_t seed = 1;
};

/// Throws std::invalid_argument for an unknown type, or a setting out of its bounds.
std::unique_ptr<Scheduler> makeScheduler(const SchedulerSettings& settings, const SchedulingTask& task);

} // namespace widthwise
