// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/experiment.h"
#include "core/experiment/trial.h"

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace widthwise {

/// Stands for all experiments among those that a search begins with.
inline constexpr const char* everyExperiment = "*";

/// What one experiment's trials tell a search over another space.
struct EarlierTrials {
    std::vector<EarlierTrial> trials;
    int ended = 0;                      ///< all that were looked at
    std::map<std::string, int> refused; ///< by the reason
};

/// Trials that came to the end of their training, at the largest size where there are several, and those that
/// failed by themselves; ranked by their experiment's own objective. Where there are more than `most`, the
/// better half of these and a sample of the others.
EarlierTrials earlierTrials(const Experiment& earlier, std::span<const Trial> trials,
                            const SearchSpace& space, std::size_t most);

/// Whether a parameter that is searched here has a value there.
bool sharesParameter(const SearchSpace& here, const SearchSpace& there);

} // namespace widthwise
