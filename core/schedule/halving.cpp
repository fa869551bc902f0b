// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schedule/halving.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace widthwise {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

} // namespace

Halving::Halving(const SchedulerSettings& settings, const SchedulingTask& task, std::vector<Bracket> brackets)
    : RungScheduler(settings, task), m_brackets(std::move(brackets))
{
}

const Bracket& Halving::shape(int bracket) const
{
    return m_brackets[static_cast<std::size_t>(bracket) % m_brackets.size()];
}

Due Halving::next(const History& history, bool mayStart)
{
    table(history);
    const int lowest = table().takeLowestChange().value_or(m_firstOpen);
    const bool isAsBefore = std::exchange(m_predictions, predictions()) == predictions();
    m_firstOpen = isAsBefore ? std::min(m_firstOpen, lowest) : 0;
    for (int bracket = m_firstOpen;; ++bracket) {
        const Due due = nextOf(history, bracket, mayStart);
        const int started = table().started(bracket);
        if (!std::holds_alternative<NothingDue>(due) || started == 0)
            return due;
        if (bracket == m_firstOpen && isOver(bracket))
            ++m_firstOpen;
    }
}

/// It is full, and every trial of it has ended, or waits without a prospect.
bool Halving::isOver(int bracket)
{
    if (table().started(bracket) < shape(bracket).trials)
        return false;
    const auto rungs = table().groups().lower_bound({bracket, -infinity});
    return std::ranges::all_of(rungs->second,
                               [](const RungTable::Rung& rung) { return rung.settled == rung.admitted; });
}

/// The rungs of one bracket, from the lowest on: a rung is complete when those below have sent all that they
/// will.
Due Halving::nextOf(const History& history, int bracket, bool mayStart)
{
    const Bracket& shape = this->shape(bracket);
    const int started = table().started(bracket);
    if (mayStart && started < shape.trials)
        return StartTrial{bracket, rungFor(history.size(), shape.rung)};
    if (started == 0)
        return NothingDue{};
    const RungTable::Rungs& rungs = table().groups().lower_bound({bracket, -infinity})->second;
    int places = started;
    for (int rung = shape.rung; rung < plan().highest(); ++rung) {
        const RungTable::Rung& here = rungs[static_cast<std::size_t>(rung)];
        if (here.settled < here.admitted)
            break;
        places = goOn(places, eta());
        if (here.waiting.empty())
            continue;
        const RungTable::Entry& best = *here.waiting.begin();
        if (!predicts(rung) || here.entries.rank(best) < static_cast<std::size_t>(places))
            return goOnFrom(history, best.second, rung);
    }
    return NothingDue{};
}

} // namespace widthwise
