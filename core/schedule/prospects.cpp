// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schedule/prospects.h"

#include <algorithm>
#include <cmath>

namespace widthwise {

namespace {

constexpr std::size_t fewestEnded = 4;
constexpr std::size_t mostEnded = 32; ///< the latest of them count

} // namespace

Prospects::Prospects(RungPlan plan, Direction direction, ObjectiveValue value)
    : m_plan(std::move(plan)), m_sign(direction == Direction::Minimize ? 1 : -1), m_value(value)
{
}

void Prospects::update(const History& history, const RungTable& table)
{
    m_known.resize(history.size());
    for (; m_seen < history.changes().size(); ++m_seen) {
        const std::size_t trial = history.changes()[m_seen];
        const bool hasEnded = history[trial].state == PastTrial::State::Ended;
        const auto value = hasEnded ? table.valueAt(trial, m_plan.highest()) : std::nullopt;
        if (value == m_known[trial])
            continue;
        Ended& ended = m_ended[history[trial].length];
        if (m_known[trial]) {
            ended.ranked.erase({*m_known[trial], trial});
            ended.trials.erase(trial);
        }
        if (value) {
            ended.ranked.emplace(*value, trial);
            ended.trials.insert(trial);
        }
        m_known[trial] = value;
    }
}

std::optional<Prospects::Chance> Prospects::of(const History& history, std::size_t trial, int rung)
{
    const Ended& ended = m_ended[history[trial].length];
    if (ended.trials.size() < fewestEnded)
        return std::nullopt;
    std::int64_t length = 0;
    std::size_t count = 0;
    for (auto one = ended.trials.rbegin(); one != ended.trials.rend() && count < mostEnded; ++one, ++count)
        length = std::max(length, history[*one].reports.back().step);
    const auto expected = extrapolate(history[trial], rung, length);
    const std::vector<double> missed =
        expected ? misses(history, ended, rung, length) : std::vector<double>();
    if (missed.size() < fewestEnded)
        return std::nullopt;
    const auto known = static_cast<double>(missed.size());
    double mean = 0, variance = 0;
    for (const double one : missed)
        mean += one / known;
    for (const double one : missed)
        variance += (one - mean) * (one - mean) / (known - 1);
    variance = variance * (1 + 1 / known) + expected->deviation * expected->deviation;
    const double best = ended.ranked.begin()->first;
    const double ahead = best - expected->mean - mean;
    if (variance == 0)
        return Chance{ahead >= 0 ? 1.0 : 0.0, m_sign * best};
    const int degrees = static_cast<int>(missed.size() - 1) / 2 * 2;
    return Chance{studentBelow(ahead / std::sqrt(variance), degrees), m_sign * best};
}

/// By how much trials ended above what their reports up to the rung let expect.
std::vector<double> Prospects::misses(const History& history, const Ended& ended, int rung,
                                      std::int64_t length)
{
    std::vector<double> missed;
    std::size_t count = 0;
    for (auto one = ended.trials.rbegin(); one != ended.trials.rend() && count < mostEnded; ++one, ++count)
        if (history[*one].reports.back().step == length)
            if (const auto expected = extrapolate(history[*one], rung, length))
                missed.push_back(*m_known[*one] - expected->mean);
    return missed;
}

std::optional<Extrapolation> Prospects::extrapolate(const PastTrial& trial, int rung,
                                                    std::int64_t length) const
{
    const auto end = std::ranges::upper_bound(trial.reports, *m_plan.untilStep(rung), {}, &Report::step);
    return extrapolated({trial.reports.begin(), end}, length, m_sign, m_value);
}

} // namespace widthwise
