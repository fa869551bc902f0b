// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/engine/schedule.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace widthwise::trainer {

namespace {

/// `from` at 0, `to` at 1, along half a cosine.
double anneal(double from, double to, double fraction)
{
    const double bounded = std::clamp(fraction, 0.0, 1.0);
    return to + (from - to) / 2 * (1 + std::cos(std::numbers::pi * bounded));
}

struct Phase {
    bool rising;
    double fraction;
};

Phase phaseOf(std::int64_t step, double top, std::int64_t steps)
{
    const double at = static_cast<double>(step);
    if (at <= top) {
        return {true, top > 0 ? at / top : 1};
    }
    const double length = static_cast<double>(steps - 1) - std::max(top, 0.0);
    return {false, length > 0 ? (at - std::max(top, 0.0)) / length : 1};
}

} // namespace

double Schedule::rate(std::int64_t step) const
{
    if (kind == ScheduleKind::Constant) {
        return maximalRate;
    }
    const Phase phase = phaseOf(step, warmupSteps - 1, steps);
    if (!phase.rising) {
        return anneal(maximalRate, finalRate, phase.fraction);
    }
    return kind == ScheduleKind::OneCycle ? anneal(initialRate, maximalRate, phase.fraction)
                                          : std::lerp(initialRate, maximalRate, phase.fraction);
}

double Schedule::height(std::int64_t step) const
{
    if (kind != ScheduleKind::OneCycle) {
        return 0;
    }
    const Phase phase = phaseOf(step, warmupSteps - 1, steps);
    return phase.rising ? anneal(0, 1, phase.fraction) : anneal(1, 0, phase.fraction);
}

} // namespace widthwise::trainer
