// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/schedule/prospects.h"
#include "core/schedule/rung_table.h"
#include "core/schedule/scheduler.h"

#include <set>
#include <string>
#include <utility>
#include <vector>

namespace widthwise {

/// What schedulers that compare trials at rungs have in common: pausing at a rung, and the trials that run on
/// regardless. From those the rank correlation between a rung and the end of the run is measured; a rung that
/// does not predict the end decides nothing. A second gate are prospects: a trial that is not likely to beat
/// the best is not trained further, however it stands at its rung.
class RungScheduler : public Scheduler {
public:
    Judgement judge(const History& history, std::size_t trial) override;
    std::string notice(const History& history) override;

protected:
    RungScheduler(const SchedulerSettings& settings, const SchedulingTask& task);

    const RungTable& table(const History& history);
    RungTable& table() { return m_table; }
    double eta() const { return m_eta; }
    /// Whether this trial runs to its end in any case.
    bool runsOn(std::size_t trial) const;
    /// Whether the order of trials at the rung says something of their order at the end, as far as is known.
    bool predicts(int rung) const { return !m_misleading.contains(rung); }
    /// Rises where the rungs that predict may have changed.
    int predictions() const { return m_predictions; }
    /// The rung that a new trial runs to, if it starts at `rung`.
    int rungFor(std::size_t trial, int rung) const { return runsOn(trial) ? plan().highest() : rung; }
    /// "0.52 at step 300 is number 2 of 12 there" for a trial at a rung that it has reached.
    std::string place(std::size_t trial, int rung) const;
    std::string nameOf(int rung) const;
    /// A trial that waits at a rung goes on to the next, or ends where it has no prospect.
    Due goOnFrom(const History& history, std::size_t trial, int rung);
    /// Why the trial, which has reached the rung, is not likely to beat the best; empty where it may.
    std::string whyHopeless(const History& history, std::size_t trial, int rung);

private:
    void measure(const History& history);

    RungTable m_table;
    Prospects m_prospects;
    double m_eta;
    double m_leastChance;
    double m_runOn;
    double m_sign;
    std::uint64_t m_seed;
    std::size_t m_seen = 0;                             ///< changes of the history
    std::set<std::size_t> m_fullRuns;                   ///< trials that ran on regardless and have ended
    std::vector<std::pair<int, double>> m_correlations; ///< of rungs with the end, as far as measured
    std::set<int> m_misleading;                         ///< rungs
    int m_predictions = 0;
};

} // namespace widthwise
