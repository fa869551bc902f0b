// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schedule/population.h"

#include "core/schedule/schedulers.h"
#include "core/search/draws.h"

#include <algorithm>
#include <cstdio>
#include <map>

namespace widthwise {

namespace {

using State = PastTrial::State;
constexpr std::uint64_t stream = 0x706f70; ///< of random numbers; "pop"

std::string number(double value)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.4g", value);
    return text;
}

} // namespace

Population::Population(const SchedulerSettings& settings, const SchedulingTask& task)
    : Scheduler(task.plan), m_sign(task.direction == Direction::Minimize ? 1 : -1), m_seed(task.seed),
      m_size(static_cast<std::size_t>(settingOf(settings, "population"))),
      m_share(settingOf(settings, "truncation"))
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
    std::map<int, Members> populations;
    for (std::size_t trial = 0; trial < history.size(); ++trial)
        populations[history[trial].bracket].push_back(trial);
    for (const auto& [bracket, members] : populations)
        if (const Due due = nextOf(history, members, bracket, mayStart);
            !std::holds_alternative<NothingDue>(due))
            return due;
    if (!mayStart)
        return NothingDue{};
    return StartTrial{populations.empty() ? 0 : populations.rbegin()->first + 1, 0};
}

bool Population::mayContinueFrom(const History& history, std::size_t trial)
{
    return std::ranges::any_of(history, [&](const PastTrial& past) {
        return past.bracket == history[trial].bracket && past.isOpen();
    });
}

/// A population is filled before any of it goes on; then it goes on from the lowest rung, so that it stays
/// together where places are few.
Due Population::nextOf(const History& history, const Members& members, int bracket, bool mayStart) const
{
    const auto lives = [&](std::size_t trial) {
        const PastTrial& past = history[trial];
        const bool isLost = past.state == State::Failed || past.state == State::Void;
        return !past.parent && !(isLost && past.rung == 0);
    };
    if (mayStart && std::cmp_less(std::ranges::count_if(members, lives), m_size))
        return StartTrial{bracket, 0};
    if (const auto rung = rungToFill(history, members)) {
        std::vector<std::size_t> best = rankedAt(history, members, *rung - 1);
        best.resize(std::min(best.size(), std::max<std::size_t>(1, copiedOf(best.size()))));
        return copyFor(history, best, *rung, {}, {});
    }
    std::optional<std::size_t> lowest;
    for (const std::size_t trial : members)
        if (history[trial].state == State::Paused && (!lowest || history[trial].rung < history[*lowest].rung))
            lowest = trial;
    return lowest ? goesOn(history, members, *lowest) : Due(NothingDue{});
}

Due Population::goesOn(const History& history, const Members& members, std::size_t trial) const
{
    const int rung = history[trial].rung;
    const std::vector<std::size_t> ranked = rankedAt(history, members, rung);
    const auto found = std::ranges::find(ranked, trial);
    const auto rank = static_cast<std::size_t>(found - ranked.begin());
    const std::size_t copied = copiedOf(ranked.size());
    const std::string at = " at step " + std::to_string(*plan().untilStep(rung));
    const std::string place = found == ranked.end() ? ""
                                                    : number(m_sign * *valueAt(history[trial], rung)) +
                                                          " is number " + std::to_string(rank + 1) + " of " +
                                                          std::to_string(ranked.size()) + at;
    if (found != ranked.end() && rank >= ranked.size() - copied)
        return copyFor(history, {ranked.begin(), ranked.begin() + std::ptrdiff_t(copied)}, rung + 1, trial,
                       place);
    return PromoteTrial{trial, rung + 1, "goes on: " + place};
}

Due Population::copyFor(const History& history, const std::vector<std::size_t>& best, int rung,
                        std::optional<std::size_t> replaced, const std::string& reason) const
{
    const std::size_t copied = best[Draws(m_seed, stream + history.size()).index(best.size())];
    const std::string why =
        replaced ? reason + ": a copy of trial " + std::to_string(copied) + " takes its place" : "";
    return CopyTrial{copied, rung, replaced, why};
}

/// Where a trial failed and nothing has taken its place. A copy that failed before it was compared is not
/// replaced: where copies cannot run, one would follow the other.
std::optional<int> Population::rungToFill(const History& history, const Members& members) const
{
    std::map<int, int> missing;
    for (const std::size_t trial : members) {
        const PastTrial& past = history[trial];
        const int first = firstRung(past);
        if (past.parent)
            --missing[first];
        if (past.state == State::Failed && past.rung > first)
            ++missing[past.rung];
        const bool wasReplaced = past.state == State::Ended && past.rung < plan().highest() &&
                                 valueAt(past, past.rung).has_value();
        if (wasReplaced)
            ++missing[past.rung + 1];
    }
    for (const auto& [rung, count] : missing)
        if (count > 0 && !rankedAt(history, members, rung - 1).empty())
            return rung;
    return std::nullopt;
}

/// Those that have been compared there, the best first. One that failed later has a checkpoint from there,
/// but is no example.
std::vector<std::size_t> Population::rankedAt(const History& history, const Members& members, int rung) const
{
    std::vector<std::pair<double, std::size_t>> entries;
    for (const std::size_t trial : members)
        if (const auto value = valueAt(history[trial], rung);
            value && history[trial].state != State::Failed && history[trial].state != State::Void)
            entries.emplace_back(*value, trial);
    std::ranges::sort(entries);
    std::vector<std::size_t> ranked;
    for (const auto& [value, trial] : entries)
        ranked.push_back(trial);
    return ranked;
}

std::size_t Population::copiedOf(std::size_t ranked) const
{
    return static_cast<std::size_t>(m_share * static_cast<double>(ranked));
}

/// The first at which the trial itself is compared: a copy begins between two.
int Population::firstRung(const PastTrial& trial) const
{
    if (!trial.parent)
        return 0;
    if (trial.reports.empty())
        return trial.rung;
    const auto first = std::ranges::lower_bound(plan().steps, trial.reports.front().step);
    return std::min(trial.rung, static_cast<int>(first - plan().steps.begin()));
}

std::optional<double> Population::valueAt(const PastTrial& trial, int rung) const
{
    const auto step = plan().untilStep(rung);
    if (!step || rung < firstRung(trial))
        return std::nullopt;
    const auto report = std::ranges::lower_bound(trial.reports, *step, {}, &Report::step);
    return report == trial.reports.end() ? std::nullopt : std::optional(m_sign * report->value);
}

} // namespace widthwise
