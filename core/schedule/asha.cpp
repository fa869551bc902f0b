// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schedule/asha.h"

#include "core/space/plain_number.h"

#include <algorithm>
#include <cmath>

namespace widthwise {

namespace {

/// Rungs that the last report has reached, from the first of them on.
int firstNewRung(const RungPlan& plan, const std::vector<Report>& reports)
{
    const std::int64_t before = reports.size() > 1 ? reports[reports.size() - 2].step : -1;
    return static_cast<int>(std::ranges::upper_bound(plan.steps, before) - plan.steps.begin());
}

double quantile(const RankedValues& values, double share)
{
    const double place = share * static_cast<double>(values.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    const double low = values.at(below).first;
    const double part = place - static_cast<double>(below);
    return part == 0 ? low : low + part * (values.at(below + 1).first - low);
}

std::string share(double eta)
{
    return "the best 1/" + plainNumber(eta);
}

} // namespace

std::optional<std::size_t> PromotingAsha::promotable(const RungTable::Rungs& rungs, int rung,
                                                     bool mayStart) const
{
    const RungTable::Rung& here = rungs[static_cast<std::size_t>(rung)];
    if (here.waiting.empty())
        return std::nullopt;
    const RungTable::Entry& best = *here.waiting.begin();
    const auto places = static_cast<std::size_t>(static_cast<double>(here.entries.size()) / eta());
    const bool isLast = !mayStart && here.settled == here.admitted;
    if (!predicts(rung) || here.entries.rank(best) < std::max<std::size_t>(places, isLast ? 1 : 0))
        return best.second;
    return std::nullopt;
}

Due PromotingAsha::next(const History& history, bool mayStart)
{
    const RungTable& table = this->table(history);
    for (int rung = plan().highest() - 1; rung >= 0; --rung)
        for (const auto& [group, rungs] : table.groups())
            if (const auto trial = promotable(rungs, rung, mayStart))
                return goOnFrom(history, *trial, rung);
    if (!mayStart)
        return NothingDue{};
    return StartTrial{0, rungFor(history.size(), 0)};
}

Judgement StoppingAsha::judge(const History& history, std::size_t trial)
{
    const RungTable& table = this->table(history);
    if (runsOn(trial))
        return {};
    for (int rung = firstNewRung(plan(), history[trial].reports); rung < plan().highest(); ++rung) {
        const RankedValues& entries = table.rungsOf(trial)[static_cast<std::size_t>(rung)].entries;
        const std::optional<double> value = table.valueAt(trial, rung);
        if (!value)
            break;
        if (entries.size() > 1 && predicts(rung) && *value > quantile(entries, 1 / eta()))
            return {Decision::Stop, "stopped at " + nameOf(rung) + ": " + place(trial, rung) + ", and " +
                                        share(eta()) + " go on"};
        if (std::string reason = whyHopeless(history, trial, rung); !reason.empty())
            return {Decision::Stop, std::move(reason)};
    }
    return {};
}

Due StoppingAsha::next(const History&, bool mayStart)
{
    if (!mayStart)
        return NothingDue{};
    return StartTrial{0, plan().highest()};
}

} // namespace widthwise
