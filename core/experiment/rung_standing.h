// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/experiment.h"
#include "core/experiment/trial.h"

#include <array>
#include <span>
#include <string>
#include <vector>

namespace widthwise {

/// The rung at which a trial stands: the one that it runs to, or has reached; where the scheduler has stopped
/// it for good, the last that it came to.
int rungOf(const Trial& trial, const RungPlan& plan);

/// "step 300", "whole run"; "width 64" where rungs are sizes.
std::string rungName(const Experiment& experiment, const RungPlan& plan, int rung);

/// The trials of a bracket that stand at one rung.
struct RungStanding {
    std::vector<int> trials;     ///< numbers, rising
    std::array<int, 9> counts{}; ///< of them, by TrialState
    int wentOn = 0;              ///< others, that are beyond
};

struct BracketStanding {
    int bracket = 0;
    int lowest = 0;                  ///< the rung at which its trials start
    std::vector<RungStanding> rungs; ///< of the plan, from the lowest on
};

/// Who stands where, by bracket; only brackets with trials. `plan` has more than one rung.
std::vector<BracketStanding> bracketStandings(const RungPlan& plan, std::span<const Trial> trials);

} // namespace widthwise
