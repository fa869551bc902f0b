// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/schedule/scheduler.h"

#include <map>
#include <vector>

namespace widthwise {

/// Stops a trial whose best value so far is worse than the median of the other trials' running averages up to
/// the same step. Golovin et al., "Google Vizier", KDD 2017, §3.2.1; as in Syne Tune, every trial that has
/// come that far counts, ended or not.
class MedianRule final : public Scheduler {
public:
    MedianRule(const SchedulerSettings& settings, Direction direction);

    Decision report(int trial, std::int64_t step, double value) override;
    void completed(int) override {}

private:
    struct Average {
        std::int64_t step;
        double mean;
    };
    struct Curve {
        std::vector<Average> averages;
        double best = 0;
    };

    std::vector<double> othersAt(int trial, std::int64_t step) const;

    std::int64_t m_graceSteps;
    std::size_t m_minTrials;
    double m_sign; ///< values are multiplied by it, so that smaller is better
    std::map<int, Curve> m_curves;
};

} // namespace widthwise
