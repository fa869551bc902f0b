// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schedule/population_table.h"

#include <algorithm>

namespace widthwise {

namespace {

using State = PastTrial::State;

/// It says nothing to others.
bool isLost(const PastTrial& past)
{
    return past.state == State::Failed || past.state == State::Void;
}

} // namespace

PopulationTable::PopulationTable(RungPlan plan, Direction direction, int size)
    : m_plan(std::move(plan)), m_sign(direction == Direction::Minimize ? 1 : -1), m_size(size)
{
}

void PopulationTable::update(const History& history)
{
    m_standings.resize(history.size());
    for (; m_seen < history.changes().size(); ++m_seen) {
        const std::size_t trial = history.changes()[m_seen];
        take(trial, history[trial]);
    }
}

std::optional<double> PopulationTable::valueAt(std::size_t trial, int rung) const
{
    const Standing& standing = m_standings[trial];
    const auto place = static_cast<std::size_t>(rung - standing.first);
    return rung >= standing.first && place < standing.compared.size()
               ? std::optional(standing.compared[place])
               : std::nullopt;
}

void PopulationTable::take(std::size_t trial, const PastTrial& past)
{
    count(trial, -1);
    Standing& standing = m_standings[trial];
    const int first = firstRung(past);
    if (isLost(past) || standing.bracket != past.bracket || standing.generation != past.generation ||
        standing.first != first)
        withdraw(trial);
    standing.bracket = past.bracket;
    standing.generation = past.generation;
    standing.first = first;
    if (!isLost(past))
        compare(trial, past);
    stand(trial, past);
    count(trial, 1);
    const Members& members = m_populations[past.bracket];
    const bool lacks = std::ranges::any_of(members.missing, [](const auto& at) { return at.second > 0; });
    if (members.places < m_size || lacks || !members.waiting.empty())
        m_unsettled.insert(past.bracket);
    else
        m_unsettled.erase(past.bracket);
}

/// By the reports that are new.
void PopulationTable::compare(std::size_t trial, const PastTrial& past)
{
    Standing& standing = m_standings[trial];
    const auto next = [&] { return static_cast<std::size_t>(standing.first) + standing.compared.size(); };
    for (; standing.read < past.reports.size(); ++standing.read) {
        const Report& report = past.reports[standing.read];
        while (next() < m_plan.steps.size() && report.step >= m_plan.steps[next()]) {
            const double value = m_sign * report.value;
            m_populations[standing.bracket].ranked[static_cast<int>(next())].insert({value, trial});
            standing.compared.push_back(value);
        }
    }
}

void PopulationTable::withdraw(std::size_t trial)
{
    Standing& standing = m_standings[trial];
    for (int rung = standing.first; const double value : standing.compared)
        m_populations[standing.bracket].ranked[rung++].remove({value, trial});
    standing.compared.clear();
    standing.read = 0;
}

void PopulationTable::stand(std::size_t trial, const PastTrial& past)
{
    Standing& standing = m_standings[trial];
    standing.isCopy = past.parent.has_value();
    standing.takesPlace = !past.parent && !(isLost(past) && past.rung == 0);
    standing.isOpen = past.isOpen();
    standing.waiting = past.state == State::Paused ? std::optional(past.rung) : std::nullopt;
    standing.missing = missingOf(trial, past);
}

void PopulationTable::count(std::size_t trial, int sign)
{
    const Standing& standing = m_standings[trial];
    Members& members = m_populations[standing.bracket];
    members.places += sign * standing.takesPlace;
    members.copies += sign * standing.isCopy;
    members.open += sign * standing.isOpen;
    if (standing.waiting && sign > 0)
        members.waiting.emplace(*standing.waiting, trial);
    else if (standing.waiting)
        members.waiting.erase({*standing.waiting, trial});
    for (const auto& [rung, number] : standing.missing)
        if ((members.missing[rung] += sign * number) == 0)
            members.missing.erase(rung);
}

int PopulationTable::firstRung(const PastTrial& past) const
{
    if (!past.parent)
        return 0;
    if (past.firstRung || past.reports.empty())
        return past.firstRung.value_or(past.rung);
    const auto first = std::ranges::lower_bound(m_plan.steps, past.reports.front().step);
    return std::min(past.rung, static_cast<int>(first - m_plan.steps.begin()));
}

/// One that failed on the way to a rung, or ended at one. A copy that failed before it was compared is not
/// replaced: where copies cannot run, one would follow the other.
std::map<int, int> PopulationTable::missingOf(std::size_t trial, const PastTrial& past) const
{
    std::map<int, int> missing;
    const int first = m_standings[trial].first;
    if (past.parent)
        --missing[first];
    if (past.state == State::Failed && past.rung > first)
        ++missing[past.rung];
    if (past.state == State::Ended && past.rung < m_plan.highest() && valueAt(trial, past.rung))
        ++missing[past.rung + 1];
    return missing;
}

} // namespace widthwise
