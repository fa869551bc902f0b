// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/rung_standing.h"

#include <algorithm>
#include <map>

namespace widthwise {

namespace {

/// Rungs of one run whose steps the trial has come to.
int passed(const Trial& trial, const RungPlan& plan)
{
    const std::int64_t step = trial.lastStep.value_or(-1);
    return static_cast<int>(std::ranges::upper_bound(plan.steps, step) - plan.steps.begin());
}

/// The trials whose configurations went on in a trial with the next size.
std::vector<bool> promotedAway(std::span<const Trial> trials)
{
    std::vector<bool> promoted(trials.size());
    for (const Trial& trial : trials)
        if (trial.promotedFrom && std::cmp_less(*trial.promotedFrom, trials.size()))
            promoted[static_cast<std::size_t>(*trial.promotedFrom)] = true;
    return promoted;
}

} // namespace

int rungOf(const Trial& trial, const RungPlan& plan)
{
    const int rung = std::clamp(trial.rung, 0, plan.highest());
    const bool isCutOff = trial.state == TrialState::Stopped && trial.agent == Agent::Scheduler;
    return isCutOff && plan.isOfOneRun() ? std::clamp(passed(trial, plan) - 1, 0, rung) : rung;
}

std::string rungName(const Experiment& experiment, const RungPlan& plan, int rung)
{
    if (experiment.fidelity)
        return experiment.fidelity->parameter + ' ' +
               std::to_string(experiment.fidelity->values[static_cast<std::size_t>(rung)]);
    const auto step = plan.untilStep(rung);
    return step ? "step " + std::to_string(*step) : "whole run";
}

std::vector<BracketStanding> bracketStandings(const RungPlan& plan, std::span<const Trial> trials)
{
    const std::vector<bool> promoted = promotedAway(trials);
    std::map<int, BracketStanding> brackets;
    for (std::size_t number = 0; number < trials.size(); ++number) {
        const Trial& trial = trials[number];
        BracketStanding& bracket = brackets[trial.bracket];
        if (bracket.rungs.empty())
            bracket = {trial.bracket, plan.highest(),
                       std::vector<RungStanding>(static_cast<std::size_t>(plan.rungs))};
        const int rung = rungOf(trial, plan);
        bracket.lowest = std::min(bracket.lowest, rung);
        RungStanding& here = bracket.rungs[static_cast<std::size_t>(rung)];
        if (promoted[number]) {
            ++here.wentOn;
            continue;
        }
        here.trials.push_back(static_cast<int>(number));
        ++here.counts.at(static_cast<std::size_t>(trial.state));
        for (int below = 0; below < std::min(rung, passed(trial, plan)); ++below)
            ++bracket.rungs[static_cast<std::size_t>(below)].wentOn;
    }
    std::vector<BracketStanding> standings;
    for (auto& [place, bracket] : brackets) {
        if (place == 0) // of all brackets the first starts at the bottom
            bracket.lowest = 0;
        std::fill_n(bracket.rungs.begin(), bracket.lowest, RungStanding());
        standings.push_back(std::move(bracket));
    }
    return standings;
}

} // namespace widthwise
