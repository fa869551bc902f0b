// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schedule/median_rule.h"

#include "core/schedule/schedulers.h"

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
    : Scheduler(RungPlan()), m_graceSteps(static_cast<std::int64_t>(settingOf(settings, "grace_steps"))),
      m_minTrials(static_cast<std::size_t>(settingOf(settings, "min_trials"))),
      m_sign(direction == Direction::Minimize ? 1 : -1)
{
}

Judgement MedianRule::judge(const History& history, std::size_t trial)
{
    readReports(history);
    const Average& now = m_curves[trial].averages.back();
    if (now.step < m_graceSteps)
        return {};
    std::vector<double> others = othersAt(trial, now.step);
    if (others.size() < m_minTrials || now.best <= median(others))
        return {};
    return {Decision::Stop, "worse than the median of the other trials at step " + std::to_string(now.step)};
}

void MedianRule::readReports(const History& history)
{
    m_curves.resize(history.size());
    for (; m_seen < history.changes().size(); ++m_seen) {
        const std::size_t i = history.changes()[m_seen];
        Curve& curve = m_curves[i];
        if (curve.generation != history[i].generation)
            curve = {history[i].generation, 0, {}};
        curve.length = history[i].length;
        for (std::size_t n = curve.averages.size(); n < history[i].reports.size(); ++n) {
            const auto [step, reported] = history[i].reports[n];
            const double value = m_sign * reported;
            const double mean = n == 0 ? 0 : curve.averages.back().mean;
            const double best = n == 0 ? value : std::min(value, curve.averages.back().best);
            const auto count = static_cast<double>(n + 1);
            curve.averages.push_back({step, n == 0 ? value : mean + (value / count - mean / count), best});
        }
    }
}

std::vector<double> MedianRule::othersAt(std::size_t trial, std::int64_t step) const
{
    std::vector<double> means;
    for (std::size_t i = 0; i < m_curves.size(); ++i) {
        const std::vector<Average>& averages = m_curves[i].averages;
        if (i == trial || averages.empty() || averages.back().step < step ||
            m_curves[i].length != m_curves[trial].length)
            continue;
        const auto after = std::ranges::upper_bound(averages, step, {}, &Average::step);
        if (after != averages.begin())
            means.push_back(std::prev(after)->mean);
    }
    return means;
}

} // namespace widthwise
