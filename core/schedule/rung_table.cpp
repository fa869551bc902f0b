// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schedule/rung_table.h"

#include <algorithm>
#include <limits>

namespace widthwise {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// It goes on by nothing that a scheduler waits for.
bool isOut(const PastTrial& trial)
{
    return trial.state != PastTrial::State::Waiting && trial.state != PastTrial::State::Paused;
}

} // namespace

RungTable::RungTable(RungPlan plan, Direction direction, ObjectiveValue value)
    : m_plan(std::move(plan)), m_sign(direction == Direction::Minimize ? 1 : -1), m_value(value)
{
}

void RungTable::update(const History& history)
{
    m_standings.resize(history.size());
    for (; m_seen < history.changes().size(); ++m_seen)
        take(history, history.changes()[m_seen]);
}

std::optional<double> RungTable::valueAt(std::size_t trial, int rung) const
{
    for (const Mark& mark : m_standings[trial].marks)
        if (mark.rung == rung)
            return mark.value;
    return std::nullopt;
}

int RungTable::started(int bracket) const
{
    const auto found = m_started.find(bracket);
    return found == m_started.end() ? 0 : found->second;
}

void RungTable::take(const History& history, std::size_t number)
{
    const PastTrial& trial = history[number];
    Standing& standing = m_standings[number];
    const Group group{trial.bracket, trial.length};
    if (m_plan.isOfOneRun()) {
        read(standing, trial);
        return replace(number, group, !trial.parent, marksOfRun(standing, trial));
    }
    if (trial.parent && !m_standings[*trial.parent].isPromoted) {
        m_standings[*trial.parent].isPromoted = true;
        take(history, *trial.parent);
    }
    replace(number, group, !trial.parent, marksOfSize(standing, trial));
}

void RungTable::read(Standing& standing, const PastTrial& trial) const
{
    if (standing.generation != trial.generation) {
        standing.generation = trial.generation;
        standing.read = 0;
        standing.first = 0;
        standing.best.reset();
        standing.reached.clear();
    }
    for (; standing.read < trial.reports.size(); ++standing.read) {
        const Report& report = trial.reports[standing.read];
        const double value = m_sign * report.value;
        if (standing.read == 0 && trial.parent)
            standing.first = trial.firstRung
                                 ? *trial.firstRung
                                 : static_cast<int>(std::ranges::lower_bound(m_plan.steps, report.step) -
                                                    m_plan.steps.begin());
        standing.best = std::min(value, standing.best.value_or(value));
        while (standing.reached.size() < m_plan.steps.size() &&
               report.step >= m_plan.steps[standing.reached.size()])
            standing.reached.push_back(m_value == ObjectiveValue::Best ? *standing.best : value);
    }
}

/// A trial is on all rungs up to the one that it runs to, but for those that a copy began behind.
std::vector<RungTable::Mark> RungTable::marksOfRun(const Standing& standing, const PastTrial& trial) const
{
    std::vector<Mark> marks;
    const int reached = static_cast<int>(standing.reached.size());
    const int first = trial.parent && reached == 0 ? trial.rung : std::min(standing.first, trial.rung);
    for (int rung = first; rung <= trial.rung; ++rung) {
        Mark mark{rung, {}, rung < reached || isOut(trial), false};
        if (rung < reached)
            mark.value = standing.reached[static_cast<std::size_t>(rung)];
        else if (rung == reached && trial.state == PastTrial::State::Failed)
            mark.value = infinity;
        else if (rung == reached && rung == m_plan.highest() && trial.state == PastTrial::State::Ended &&
                 trial.value)
            mark.value = m_sign * *trial.value;
        mark.waiting = rung == trial.rung && rung < reached && trial.state == PastTrial::State::Paused;
        marks.push_back(mark);
    }
    return marks;
}

std::vector<RungTable::Mark> RungTable::marksOfSize(const Standing& standing, const PastTrial& trial) const
{
    Mark mark{trial.rung, {}, isOut(trial), false};
    if (trial.state == PastTrial::State::Failed)
        mark.value = infinity;
    else if (trial.state == PastTrial::State::Ended && trial.value) {
        mark.value = m_sign * *trial.value;
        mark.waiting = !standing.isPromoted && trial.rung < m_plan.highest();
    }
    return {mark};
}

void RungTable::replace(std::size_t trial, const Group& group, bool isStart, std::vector<Mark> marks)
{
    Standing& standing = m_standings[trial];
    if (standing.group == group && standing.marks == marks)
        return;
    count(trial, -1);
    standing.group = group;
    standing.isStart = isStart;
    standing.marks = std::move(marks);
    count(trial, 1);
    m_lowestChange = std::min(group.first, m_lowestChange.value_or(group.first));
}

void RungTable::count(std::size_t trial, int sign)
{
    const Standing& standing = m_standings[trial];
    if (standing.marks.empty())
        return;
    m_started[standing.group.first] += standing.isStart ? sign : 0;
    Rungs& rungs = m_groups[standing.group];
    rungs.resize(static_cast<std::size_t>(m_plan.rungs));
    for (const Mark& mark : standing.marks) {
        Rung& rung = rungs[static_cast<std::size_t>(mark.rung)];
        rung.admitted += sign;
        rung.settled += mark.settled ? sign : 0;
        if (!mark.value)
            continue;
        const Entry entry{*mark.value, trial};
        if (sign > 0)
            rung.entries.insert(entry);
        else
            rung.entries.remove(entry);
        if (mark.waiting && sign > 0)
            rung.waiting.insert(entry);
        else if (mark.waiting)
            rung.waiting.erase(entry);
    }
}

} // namespace widthwise
