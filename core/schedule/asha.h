// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/schedule/rung_scheduler.h"

namespace widthwise {

/// Asynchronous successive halving by promotion: a free place goes to the best trial that waits at the
/// highest rung where it is among the best 1/eta, else to a new one. Li et al., "A system for massively
/// parallel hyperparameter tuning", MLSys 2020, algorithm 2. Where no new trial may start, the best of each
/// rung goes on in any case, so that one at least is trained to its end.
class PromotingAsha final : public RungScheduler {
public:
    PromotingAsha(const SchedulerSettings& settings, const SchedulingTask& task)
        : RungScheduler(settings, task)
    {
    }

    Due next(const History& history, bool mayStart) override;

private:
    std::optional<std::size_t> promotable(const RungTable::Rungs& rungs, int rung, bool mayStart) const;
};

/// Asynchronous successive halving by stopping: a trial that reaches a rung goes on if its value is within
/// the best 1/eta of those recorded there, its own among them (the quantile between two of them by linear
/// interpolation, as Syne Tune and Ray do), else it ends for good. The first one at a rung goes on.
class StoppingAsha final : public RungScheduler {
public:
    StoppingAsha(const SchedulerSettings& settings, const SchedulingTask& task)
        : RungScheduler(settings, task)
    {
    }

    Judgement judge(const History& history, std::size_t trial) override;
    Due next(const History& history, bool mayStart) override;
};

} // namespace widthwise
