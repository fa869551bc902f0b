// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/schedule/rung_scheduler.h"

namespace widthwise {

/// Successive halving in brackets: when all trials of a rung have reached it, the best 1/eta of them go on.
/// One bracket that starts all trials at the lowest rung (Jamieson and Talwalkar, AISTATS 2016), or
/// Hyperband's, one after another and over again (Li et al., JMLR 18, 2018). A place for which a bracket has
/// no use is the next bracket's.
class Halving final : public RungScheduler {
public:
    Halving(const SchedulerSettings& settings, const SchedulingTask& task, std::vector<Bracket> brackets);

    Due next(const History& history, bool mayStart) override;

private:
    const Bracket& shape(int bracket) const;
    bool isOver(int bracket);
    Due nextOf(const History& history, int bracket, bool mayStart);

    std::vector<Bracket> m_brackets;
    int m_firstOpen = 0; ///< nothing is to be done in the brackets before
    int m_predictions = 0;
};

} // namespace widthwise
