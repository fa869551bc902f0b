// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/history.h"

#include <vector>

namespace widthwise {

/// What a Gaussian process is told of a history: points with values of mean 0 and variance 1 of which smaller
/// is better. Trials that failed have the worst value.
struct Evidence {
    std::vector<std::vector<double>> points;
    std::vector<double> values;
    std::vector<double> failed; ///< 1 where the trial failed, else 0
    std::vector<std::vector<double>> open;
    std::size_t failures = 0;
    double best = 0;
};

/// `points`: of the history's lessons. `sign`: 1 where small values are good, else -1. At most `most`
/// trials that ended or failed, the best of them among these, and the latest `most` that are open.
Evidence evidenceOf(const History& history, const std::vector<std::vector<double>>& points, double sign,
                    std::size_t most);

} // namespace widthwise
