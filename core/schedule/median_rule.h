// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/schedule/scheduler.h"

#include <vector>

namespace widthwise {

/// Stops a trial whose best value so far is worse than the median of the other trials' running averages up to
/// the same step. Golovin et al., "Google Vizier", KDD 2017, §3.2.1; as in Syne Tune, every trial that has
/// come that far counts, ended or not.
class MedianRule final : public Scheduler {
public:
    MedianRule(const SchedulerSettings& settings, Direction direction);

    Decision judge(const History& history, std::size_t trial) override;

private:
    struct Average {
        std::int64_t step;
        double mean;
        double best; ///< smallest value so far
    };
    struct Curve {
        int generation = 0;
        std::vector<Average> averages; ///< one per report
    };

    void readReports(const History& history);
    std::vector<double> othersAt(std::size_t trial, std::int64_t step) const;

    std::int64_t m_graceSteps;
    std::size_t m_minTrials;
    double m_sign;               ///< values are multiplied by it, so that smaller is better
    std::vector<Curve> m_curves; ///< what was computed of each trial's reports
};

} // namespace widthwise
