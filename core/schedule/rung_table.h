// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/schedule/ranked_values.h"
#include "core/schedule/rung_plan.h"
#include "core/search/algorithm.h"

#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace widthwise {

/// Who stands where: for each bracket and schedule length, the trials on each rung. Kept current from the
/// changes of a history, at a cost that does not grow with it. Smaller values are better here.
class RungTable {
public:
    using Entry = RankedValues::Entry;
    struct Rung {
        RankedValues entries;    ///< the values of those that have reached it; +∞: failed on the way
        std::set<Entry> waiting; ///< those of them that wait for a promotion
        int admitted = 0;        ///< trials that may reach it
        int settled = 0;         ///< those of them that have, or that will not
    };
    using Rungs = std::vector<Rung>;
    /// Bracket and schedule length.
    using Group = std::pair<int, double>;

    RungTable(RungPlan plan, Direction direction, ObjectiveValue value);

    void update(const History& history);

    const std::map<Group, Rungs>& groups() const { return m_groups; }
    /// Of the trial's group. The trial is in the history of the last update.
    const Rungs& rungsOf(std::size_t trial) const { return m_groups.at(m_standings[trial].group); }
    /// The trial's value at a rung that it has reached.
    std::optional<double> valueAt(std::size_t trial, int rung) const;
    /// Trials of a bracket that were not promoted into it.
    int started(int bracket) const;
    /// The lowest bracket that has changed since the last call; empty: none.
    std::optional<int> takeLowestChange() { return std::exchange(m_lowestChange, std::nullopt); }

private:
    /// What one trial adds to one rung.
    struct Mark {
        int rung = 0;
        std::optional<double> value; ///< an entry
        bool settled = false;
        bool waiting = false;
        bool operator==(const Mark&) const = default;
    };
    struct Standing {
        Group group{-1, 0};
        bool isStart = false;
        bool isPromoted = false; ///< into a trial of its own
        std::vector<Mark> marks;
        int generation = 0;
        std::size_t read = 0;        ///< reports
        int first = 0;               ///< rung that the trial's own reports reach; a copy begins between two
        std::optional<double> best;  ///< of them
        std::vector<double> reached; ///< values at the steps of the plan
    };

    void take(const History& history, std::size_t trial);
    void read(Standing& standing, const PastTrial& trial) const;
    std::vector<Mark> marksOfRun(const Standing& standing, const PastTrial& trial) const;
    std::vector<Mark> marksOfSize(const Standing& standing, const PastTrial& trial) const;
    void replace(std::size_t trial, const Group& group, bool isStart, std::vector<Mark> marks);
    void count(std::size_t trial, int sign);

    RungPlan m_plan;
    double m_sign;
    ObjectiveValue m_value;
    std::size_t m_seen = 0; ///< changes of the history
    std::vector<Standing> m_standings;
    std::map<Group, Rungs> m_groups;
    std::map<int, int> m_started; ///< by bracket
    std::optional<int> m_lowestChange;
};

} // namespace widthwise
