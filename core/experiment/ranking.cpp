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

int sizeOf(const Experiment& experiment, const Trial& trial)
{
    return experiment.fidelity ? trial.rung : 0;
}

bool beats(const Experiment& experiment, const Trial& trial, const Trial* best)
{
    if (!isUsable(trial) || !best)
        return isUsable(trial);
    const int size = sizeOf(experiment, trial), other = sizeOf(experiment, *best);
    return size != other ? size > other : isBetter(experiment.objective, *trial.objective, *best->objective);
}

const Trial* bestTrial(const Experiment& experiment, std::span<const Trial> trials)
{
    const Trial* best = nullptr;
    for (const Trial& trial : trials)
        if (beats(experiment, trial, best))
            best = &trial;
    return best;
}

bool reachesGoal(const Objective& objective, double value)
{
    return objective.goal && !isBetter(objective, *objective.goal, value);
}

} // namespace widthwise
