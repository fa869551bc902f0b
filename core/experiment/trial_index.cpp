// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/trial_index.h"

#include "core/experiment/ranking.h"

#include <algorithm>

namespace widthwise {

namespace {

using Milliseconds = std::chrono::milliseconds;

} // namespace

TrialIndex::TrialIndex(const Experiment& experiment, Milliseconds stopGrace)
    : m_experiment(&experiment), m_stopGrace(stopGrace)
{
}

std::set<int>* TrialIndex::setOf(const Trial& trial)
{
    switch (trial.state) {
    case TrialState::Pending:
        return &m_pending;
    case TrialState::Queued:
    case TrialState::Running:
        return &m_active;
    case TrialState::Paused:
        return trial.agent == Agent::Scheduler ? &m_waiting : &m_held;
    case TrialState::Failed:
        return &m_failed;
    default:
        return nullptr;
    }
}

void TrialIndex::add(const Trial& trial)
{
    if (std::set<int>* set = setOf(trial))
        set->insert(trial.number);
    if (const auto place = rank(trial))
        ranking(trial).insert(*place);
    if (const auto time = deadline(trial))
        m_deadlines.emplace(*time, trial.number);
    count(trial, 1);
}

void TrialIndex::remove(const Trial& trial)
{
    if (std::set<int>* set = setOf(trial))
        set->erase(trial.number);
    if (const auto place = rank(trial))
        ranking(trial).erase(*place);
    if (const auto time = deadline(trial))
        m_deadlines.erase({*time, trial.number});
    count(trial, -1);
}

std::optional<int> TrialIndex::best() const
{
    if (m_activeRanking.empty() && m_otherRanking.empty())
        return std::nullopt;
    if (m_activeRanking.empty() || m_otherRanking.empty())
        return std::get<2>(*(m_activeRanking.empty() ? m_otherRanking : m_activeRanking).begin());
    return std::get<2>(std::min(*m_activeRanking.begin(), *m_otherRanking.begin()));
}

std::set<TrialIndex::Rank>& TrialIndex::ranking(const Trial& trial)
{
    return setOf(trial) == &m_active ? m_activeRanking : m_otherRanking;
}

std::optional<int> TrialIndex::takeOverdue(TimePoint now)
{
    if (m_deadlines.empty() || m_deadlines.begin()->first > now)
        return std::nullopt;
    const int trial = m_deadlines.begin()->second;
    m_deadlines.erase(m_deadlines.begin());
    return trial;
}

Milliseconds TrialIndex::runningTime(TimePoint now) const
{
    return m_ended + now.time_since_epoch() * m_running - m_startedSum;
}

std::optional<TimePoint> TrialIndex::deadline(const Trial& trial) const
{
    if (trial.stop)
        return trial.stop->waits ? trial.stop->asked : trial.stop->asked + m_stopGrace;
    if (trial.state == TrialState::Running && trial.started && m_experiment->resources.timeLimit)
        return *trial.started + std::chrono::ceil<Milliseconds>(*m_experiment->resources.timeLimit);
    return std::nullopt;
}

std::optional<TrialIndex::Rank> TrialIndex::rank(const Trial& trial) const
{
    if (!isUsable(trial))
        return std::nullopt;
    const double sign = m_experiment->objective.direction == Direction::Minimize ? 1 : -1;
    return Rank(-sizeOf(*m_experiment, trial), sign * *trial.objective, trial.number);
}

void TrialIndex::count(const Trial& trial, int sign)
{
    m_ended += sign * std::chrono::round<Milliseconds>(Seconds(trial.secondsBefore));
    if (!trial.started)
        return;
    if (trial.finished) {
        m_ended += sign * (*trial.finished - *trial.started);
    } else {
        m_startedSum += sign * trial.started->time_since_epoch();
        m_running += sign;
    }
}

} // namespace widthwise
