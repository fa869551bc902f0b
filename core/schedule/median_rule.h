// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/schedule/scheduler.h"

#include <vector>

namespace widthwise {

/// Stops a trial whose best value so far is worse than the median of the other trials' running averages up to
/// the same step. Golovin et al., "Google Vizier", KDD 2017, §3.2.1; as in Syne Tune, every trial that has
/// come that far counts, ended or not. Only trials with schedules of one length are compared.
class MedianRule final : public Scheduler {
public:
    MedianRule(const SchedulerSettings& settings, Direction direction);

    Judgement judge(const History& history, std::size_t trial) override;
    Due next(const History&, bool mayStart) override { return startIf(mayStart); }

private:
    struct Average {
        std::int64_t step;
        double mean;
        double best; ///< smallest value so far
    };
    struct Curve {
        int generation = 0;
        double length = 0;             ///< of the trial's schedule
        std::vector<Average> averages; ///< one per report
    };

    void readReports(const History& history);
    std::vector<double> othersAt(std::size_t trial, std::int64_t step) const;

    std::int64_t m_graceSteps;
    std::size_t m_minTrials;
    double m_sign;               ///< values are multiplied by it, so that smaller is better
    std::size_t m_seen = 0;      ///< changes of the history
    std::vector<Curve> m_curves; ///< what was computed of each trial's reports
};

} // namespace widthwise
