// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/schedule/population_table.h"
#include "core/schedule/scheduler.h"

#include <optional>
#include <string>

namespace widthwise {

/// Population-based training (Jaderberg et al., arXiv:1711.09846): so many trials train side by side and are
/// compared every so many steps. One that is among the worst there ends, and a copy of one of the best takes
/// its place: a new trial that goes on from the best one's checkpoint with another configuration. So does one
/// for a trial that failed. Further populations follow where there may be more trials; each is a bracket.
class Population final : public Scheduler {
public:
    Population(const SchedulerSettings& settings, const SchedulingTask& task);

    /// Pauses each trial where it is compared.
    Judgement judge(const History& history, std::size_t trial) override;
    Due next(const History& history, bool mayStart) override;
    /// While one of its population may still be compared.
    bool mayContinueFrom(const History& history, std::size_t trial) override;

private:
    using Members = PopulationTable::Members;

    Due nextOf(const History& history, const Members& members, int bracket, bool mayStart) const;
    Due goesOn(const History& history, const Members& members, std::size_t trial) const;
    Due copyFor(const History& history, const RankedValues& ranked, int rung,
                std::optional<std::size_t> replaced, const std::string& reason) const;
    std::size_t copiedOf(std::size_t ranked) const;

    PopulationTable m_table;
    double m_sign;
    std::uint64_t m_seed;
    int m_size;
    double m_share; ///< of the ranked that are worst, and that are best
};

} // namespace widthwise
