// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schedule/population.h"

#include "core/schedule/schedulers.h"
#include "core/search/draws.h"

#include <algorithm>
#include <cstdio>

namespace widthwise {

namespace {

constexpr std::uint64_t stream = 0x706f70; ///< of random numbers; "pop"

std::string number(double value)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.4g", value);
    return text;
}

} // namespace

Population::Population(const SchedulerSettings& settings, const SchedulingTask& task)
    : Scheduler(task.plan),
      m_table(task.plan, task.direction, static_cast<int>(settingOf(settings, "population"))),
      m_sign(task.direction == Direction::Minimize ? 1 : -1), m_seed(task.seed),
      m_size(static_cast<int>(settingOf(settings, "population"))), m_share(settingOf(settings, "truncation"))
{
}

Judgement Population::judge(const History& history, std::size_t trial)
{
    const PastTrial& past = history[trial];
    const auto until = plan().untilStep(past.rung);
    if (!until || past.reports.back().step < *until)
        return {};
    return {Decision::Pause, "is compared with its population at step " + std::to_string(*until)};
}

Due Population::next(const History& history, bool mayStart)
{
    m_table.update(history);
    for (const int bracket : m_table.unsettled())
        if (const Due due = nextOf(history, m_table.populations().at(bracket), bracket, mayStart);
            !std::holds_alternative<NothingDue>(due))
            return due;
    if (!mayStart)
        return NothingDue{};
    return StartTrial{history.empty() ? 0 : m_table.populations().rbegin()->first + 1, 0};
}

bool Population::mayContinueFrom(const History& history, std::size_t trial)
{
    m_table.update(history);
    return m_table.populations().at(history[trial].bracket).open > 0;
}

/// A population is filled before any of it goes on; then it goes on from the lowest rung, so that it stays
/// together where places are few. What is missing is replaced, but not for ever where copies do no better.
Due Population::nextOf(const History& history, const Members& members, int bracket, bool mayStart) const
{
    if (mayStart && members.places < m_size)
        return StartTrial{bracket, 0};
    for (const auto& [rung, count] : members.missing)
        if (const auto ranked = members.ranked.find(rung - 1);
            count > 0 && members.copies < m_size * plan().rungs && ranked != members.ranked.end() &&
            ranked->second.size() > 0)
            return copyFor(history, ranked->second, rung, {}, {});
    return members.waiting.empty() ? Due(NothingDue{})
                                   : goesOn(history, members, members.waiting.begin()->second);
}

Due Population::goesOn(const History& history, const Members& members, std::size_t trial) const
{
    const int rung = history[trial].rung;
    const std::optional<double> value = m_table.valueAt(trial, rung);
    if (!value)
        return PromoteTrial{trial, rung + 1, "goes on: "};
    const RankedValues& ranked = members.ranked.at(rung);
    const std::size_t rank = ranked.rank({*value, trial});
    const std::string place = number(m_sign * *value) + " is number " + std::to_string(rank + 1) + " of " +
                              std::to_string(ranked.size()) + " at step " +
                              std::to_string(*plan().untilStep(rung));
    if (rank >= ranked.size() - copiedOf(ranked.size()))
        return copyFor(history, ranked, rung + 1, trial, place);
    return PromoteTrial{trial, rung + 1, "goes on: " + place};
}

/// Of one of the best.
Due Population::copyFor(const History& history, const RankedValues& ranked, int rung,
                        std::optional<std::size_t> replaced, const std::string& reason) const
{
    const std::size_t best = std::max<std::size_t>(1, copiedOf(ranked.size()));
    const std::size_t copied = ranked.at(Draws(m_seed, stream + history.size()).index(best)).second;
    const std::string why =
        replaced ? reason + ": a copy of trial " + std::to_string(copied) + " takes its place" : "";
    return CopyTrial{copied, rung, replaced, why};
}

std::size_t Population::copiedOf(std::size_t ranked) const
{
    return static_cast<std::size_t>(m_share * static_cast<double>(ranked));
}

} // namespace widthwise
