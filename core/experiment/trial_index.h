// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/experiment.h"
#include "core/experiment/trial.h"

#include <cstdint>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

namespace widthwise {

/// What a driver has to know about all of its trials at once, kept current in O(log n) per change. Everything
/// in it follows from the trials alone, so that a driver rebuilt from them knows the same. The experiment
/// must outlive it.
class TrialIndex {
public:
    TrialIndex(const Experiment& experiment, std::chrono::milliseconds stopGrace);

    /// Call remove before a trial changes and add afterwards.
    void add(const Trial& trial);
    void remove(const Trial& trial);

    const std::set<int>& pending() const { return m_pending; }
    const std::set<int>& active() const { return m_active; }   ///< queued or running
    const std::set<int>& waiting() const { return m_waiting; } ///< paused by the scheduler
    const std::set<int>& held() const { return m_held; }       ///< paused by a person
    const std::set<int>& failed() const { return m_failed; }
    std::optional<int> best() const;

    /// A trial whose time limit, or time to stop, is over at `now`. It is named once, until it changes.
    std::optional<int> takeOverdue(TimePoint now);
    /// Running time of all attempts of all trials.
    std::chrono::milliseconds runningTime(TimePoint now) const;

private:
    std::set<int>* setOf(const Trial& trial);
    std::optional<TimePoint> deadline(const Trial& trial) const;
    /// Smaller is better: by size, value and number.
    using Rank = std::tuple<int, double, int>;
    std::optional<Rank> rank(const Trial& trial) const;
    std::set<Rank>& ranking(const Trial& trial);
    void count(const Trial& trial, int sign);

    const Experiment* m_experiment;
    std::chrono::milliseconds m_stopGrace;
    std::set<int> m_pending;
    std::set<int> m_active;
    std::set<int> m_waiting;
    std::set<int> m_held;
    std::set<int> m_failed;
    std::set<Rank> m_activeRanking; ///< best first; a report changes only this one, as small as it is
    std::set<Rank> m_otherRanking;
    std::set<std::pair<TimePoint, int>> m_deadlines;
    std::chrono::milliseconds m_ended{0};      ///< running time of what has ended
    std::chrono::milliseconds m_startedSum{0}; ///< of the start times of what runs, since the epoch
    std::int64_t m_running = 0;
};

} // namespace widthwise
