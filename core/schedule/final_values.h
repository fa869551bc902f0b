// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/schedule/rung_table.h"

#include <vector>

namespace widthwise {

/// A history as search algorithms are to see it where trials are compared at rungs: a trial that waits at a
/// rung, or was stopped there, counts with the value that it would have at the highest. From rung to rung
/// that is estimated by a straight line through the trials that have both values.
class FinalValues {
public:
    FinalValues(RungPlan plan, Direction direction, ObjectiveValue value);

    /// Valid until the next call. Its changes are those since the last one.
    const History& of(const History& history);

private:
    /// value at the rung above = offset + slope × value at the rung.
    struct Line {
        double offset = 0;
        double slope = 1;
    };

    void follow(const History& history);
    Line lineFrom(int rung) const;
    std::optional<double> valueAbove(std::size_t trial, int rung) const;
    std::optional<std::pair<int, double>> highestValue(std::size_t trial) const;

    RungPlan m_plan;
    double m_sign;
    RungTable m_table;
    std::size_t m_seen = 0; ///< changes of the history
    History m_history;
    std::vector<std::optional<std::size_t>> m_promoted; ///< by trial: the one with the next size
};

} // namespace widthwise
