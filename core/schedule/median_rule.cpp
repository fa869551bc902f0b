// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schedule/median_rule.h"

#include <algorithm>

namespace widthwise {

namespace {

/// The mean of the two middle ones for an even number.
double median(std::vector<double>& values)
{
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    if (values.size() % 2 == 1)
        return *middle;
    return *middle / 2 + *std::max_element(values.begin(), middle) / 2;
}

} // namespace

MedianRule::MedianRule(const SchedulerSettings& settings, Direction direction)
    : m_graceSteps(settings.graceSteps),
      m_minTrials(static_cast<std::size_t>(std::max(1, settings.minTrials))),
      m_sign(direction == Direction::Minimize ? 1 : -1)
{
}

Decision MedianRule::report(int trial, std::int64_t step, double value)
{
    value *= m_sign;
    Curve& curve = m_curves[trial];
    if (curve.averages.empty()) {
        curve.best = value;
        curve.averages.push_back({step, value});
    } else {
        curve.best = std::min(curve.best, value);
        const double mean = curve.averages.back().mean;
        const auto n = static_cast<double>(curve.averages.size() + 1);
        curve.averages.push_back({step, mean + (value / n - mean / n)});
    }
    if (step < m_graceSteps)
        return Decision::Continue;
    std::vector<double> others = othersAt(trial, step);
    if (others.size() < m_minTrials)
        return Decision::Continue;
    return curve.best > median(others) ? Decision::Stop : Decision::Continue;
}

std::vector<double> MedianRule::othersAt(int trial, std::int64_t step) const
{
    std::vector<double> means;
    for (const auto& [number, curve] : m_curves) {
        if (number == trial || curve.averages.back().step < step)
            continue;
        const auto after = std::ranges::upper_bound(curve.averages, step, {}, &Average::step);
        if (after != curve.averages.begin())
            means.push_back(std::prev(after)->mean);
    }
    return means;
}

} // namespace widthwise
