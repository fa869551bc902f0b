// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/experiment.h"
#include "core/store/trials.h"

#include <cstdint>
#include <string>
#include <vector>

namespace widthwise {

/// Trials of one width and parametrization that have not ended.
struct OpenTrials {
    std::string parametrization;
    std::int64_t width = 0; ///< 0: not known before the search proposes them
    std::int64_t count = 0;
    bool operator==(const OpenTrials&) const = default;
};

/// What is still to come of an experiment that has not ended: the trials in the store that have not, and
/// those that its grid, list or budget will add. What another search will propose is not known.
std::vector<OpenTrials> openTrials(const Experiment& experiment, const std::vector<TrialRecord>& trials);

} // namespace widthwise
