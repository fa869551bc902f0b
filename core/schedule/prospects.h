// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/schedule/extrapolation.h"
#include "core/schedule/rung_table.h"

#include <map>
#include <set>
#include <utility>

namespace widthwise {

/// How likely a trial at a rung is to beat the best that has ended, from its reports. How far extrapolations
/// from that rung miss is learnt from the trials that have ended: what all curves have in common, as the end
/// of a learning-rate schedule, is so allowed for. Among trials with schedules of one length.
class Prospects {
public:
    Prospects(RungPlan plan, Direction direction, ObjectiveValue value);

    /// The table is of the same history.
    void update(const History& history, const RungTable& table);

    struct Chance {
        double chance = 1;
        double best = 0; ///< of those that have ended
    };
    /// Empty with too few reports, or too few trials that have ended. The trial has reached the rung.
    std::optional<Chance> of(const History& history, std::size_t trial, int rung);

private:
    struct Ended {
        std::set<std::size_t> trials;
        std::set<RungTable::Entry> ranked;
    };

    std::optional<Extrapolation> extrapolate(const PastTrial& trial, int rung, std::int64_t length) const;
    std::vector<double> misses(const History& history, const Ended& ended, int rung, std::int64_t length);

    RungPlan m_plan;
    double m_sign;
    ObjectiveValue m_value;
    std::size_t m_seen = 0;                     ///< changes of the history
    std::vector<std::optional<double>> m_known; ///< by trial: the value at its end
    std::map<double, Ended> m_ended;            ///< by length
};

} // namespace widthwise
