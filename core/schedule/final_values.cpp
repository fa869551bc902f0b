// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schedule/final_values.h"

#include <algorithm>
#include <cmath>

namespace widthwise {

namespace {

constexpr std::size_t enoughForSlope = 5;
constexpr double leastSlope = 0.2, mostSlope = 1.5; ///< few promoted trials tell little of the others

} // namespace

FinalValues::FinalValues(RungPlan plan, Direction direction, ObjectiveValue value)
    : m_plan(plan), m_sign(direction == Direction::Minimize ? 1 : -1),
      m_table(std::move(plan), direction, value)
{
}

const History& FinalValues::of(const History& history)
{
    m_table.update(history);
    m_history.forgetChanges();
    follow(history);
    std::vector<Line> lines;
    for (int rung = 0; rung < m_plan.highest(); ++rung)
        lines.push_back(lineFrom(rung));
    for (std::size_t trial = 0; trial < history.size(); ++trial) {
        const PastTrial& past = history[trial];
        const bool rests = past.state == PastTrial::State::Paused || past.state == PastTrial::State::Ended;
        const auto known = rests ? highestValue(trial) : std::nullopt;
        if (!known)
            continue;
        if (!m_plan.isOfOneRun() && m_promoted[trial] &&
            highestValue(*m_promoted[trial])) { // which says more
            m_history.change(trial).state = PastTrial::State::Void;
            continue;
        }
        double value = known->second;
        for (int rung = known->first; rung < m_plan.highest(); ++rung)
            value = lines[static_cast<std::size_t>(rung)].offset +
                    lines[static_cast<std::size_t>(rung)].slope * value;
        PastTrial& seen = m_history.change(trial);
        seen.state = PastTrial::State::Ended;
        seen.value = m_sign * value;
    }
    return m_history;
}

void FinalValues::follow(const History& history)
{
    m_promoted.resize(history.size());
    if (m_history.prior().size() != history.prior().size())
        m_history.setPrior(history.prior());
    for (; m_seen < history.changes().size(); ++m_seen) {
        const std::size_t trial = history.changes()[m_seen];
        const PastTrial& past = history[trial];
        while (m_history.size() <= trial)
            m_history.push_back({.parent = history[m_history.size()].parent});
        PastTrial& seen = m_history.change(trial);
        seen.configuration = past.configuration;
        seen.state = past.state;
        seen.value = past.value;
        seen.generation = past.generation;
        if (past.parent)
            m_promoted[*past.parent] = trial;
    }
}

/// At the rung above: of the trial itself where rungs are of one run, else of the one that it was promoted
/// into.
std::optional<double> FinalValues::valueAbove(std::size_t trial, int rung) const
{
    const std::optional<std::size_t> other = m_plan.isOfOneRun() ? std::optional(trial) : m_promoted[trial];
    return other ? m_table.valueAt(*other, rung + 1) : std::nullopt;
}

std::optional<std::pair<int, double>> FinalValues::highestValue(std::size_t trial) const
{
    for (int rung = m_plan.highest(); rung >= 0; --rung)
        if (const auto value = m_table.valueAt(trial, rung); value && std::isfinite(*value))
            return std::pair(rung, *value);
    return std::nullopt;
}

FinalValues::Line FinalValues::lineFrom(int rung) const
{
    std::vector<std::pair<double, double>> pairs;
    double meanX = 0, meanY = 0;
    for (std::size_t trial = 0; trial < m_promoted.size(); ++trial) {
        const std::optional<double> x = m_table.valueAt(trial, rung);
        const std::optional<double> y = x ? valueAbove(trial, rung) : std::nullopt;
        if (!y || !std::isfinite(*x) || !std::isfinite(*y))
            continue;
        pairs.emplace_back(*x, *y);
        meanX += *x;
        meanY += *y;
    }
    if (pairs.empty())
        return {};
    const auto count = static_cast<double>(pairs.size());
    meanX /= count;
    meanY /= count;
    double product = 0, square = 0;
    for (const auto& [x, y] : pairs) {
        product += (x - meanX) * (y - meanY);
        square += (x - meanX) * (x - meanX);
    }
    const bool isEnough = pairs.size() >= enoughForSlope && square > 0;
    const double slope = isEnough ? std::clamp(product / square, leastSlope, mostSlope) : 1;
    return {meanY - slope * meanX, slope};
}

} // namespace widthwise
