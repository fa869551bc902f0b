// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/ranking.h"

#include <cmath>

namespace widthwise {

bool replaces(const Objective& objective, double reported, std::optional<double> before)
{
    return objective.value == ObjectiveValue::Last || !before || isBetter(objective, reported, *before);
}

bool failedOrDiverged(const Trial& trial)
{
    return trial.state == TrialState::Failed || trial.state == TrialState::Diverged ||
           (trial.stop && trial.stop->becomes == TrialState::Diverged);
}

bool isUsable(const Trial& trial)
{
    return trial.objective && std::isfinite(*trial.objective) && !failedOrDiverged(trial);
}

bool isSettled(const Trial& trial)
{
    return isUsable(trial) && (trial.state == TrialState::Completed || trial.state == TrialState::Stopped);
}

bool isComparable(const Trial& trial)
{
    return isUsable(trial) && trial.state == TrialState::Completed;
}

bool beats(const Objective& objective, const Trial& trial, const Trial* best)
{
    return isUsable(trial) && (best == nullptr || isBetter(objective, *trial.objective, *best->objective));
}

const Trial* bestTrial(const Objective& objective, std::span<const Trial> trials)
{
    const Trial* best = nullptr;
    for (const Trial& trial : trials)
        if (beats(objective, trial, best))
            best = &trial;
    return best;
}

bool reachesGoal(const Objective& objective, double value)
{
    return objective.goal && !isBetter(objective, *objective.goal, value);
}

} // namespace widthwise
