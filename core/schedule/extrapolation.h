// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/algorithm.h"

#include <optional>
#include <span>

namespace widthwise {

/// What a run's value at its end may be. Smaller is better here.
struct Extrapolation {
    double mean = 0;
    double deviation = 0;
    bool operator==(const Extrapolation&) const = default;
};

/// From a run's first reports: the average, by their evidence, of power laws y = end + a·((step/length)^−b −
/// 1) over a fixed grid of b, each with flat priors of `end` and `a` and Jeffreys' of the noise, so that
/// everything is a sum. Where the best value counts, y is the best so far. `sign`: values are multiplied by
/// it. Empty with too few reports. The families are of Domhan et al., IJCAI 2015; one grid in place of their
/// MCMC.
std::optional<Extrapolation> extrapolated(std::span<const Report> reports, std::int64_t length, double sign,
                                          ObjectiveValue value);

/// P(T ≤ t) of Student's t with an even number of degrees of freedom: Abramowitz and Stegun, 26.7.4.
double studentBelow(double t, int evenDegrees);

} // namespace widthwise
