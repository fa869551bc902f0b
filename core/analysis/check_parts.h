// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The parts of a verdict; for coordinate_check.h alone.
#include "core/analysis/coordinate_check.h"
#include "core/analysis/least_squares.h"

#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <vector>

namespace widthwise {

using Slopes = std::vector<const LayerSlope*>; ///< of one parametrization

/// A line through points of several seeds, each with an intercept of its own.
struct Line {
    double slope = std::numeric_limits<double>::quiet_NaN(); ///< NaN where no seed has two widths
    double inverseSpread = 0; ///< the slope's variance is this times that of a point
    double squares = 0;
    int degreesOfFreedom = 0;

    double variance() const { return squares / degreesOfFreedom; }
};
using SamplesOfSeeds = std::map<std::int64_t, std::vector<Sample>>;
Line lineThrough(const SamplesOfSeeds& samples);
/// The interval of `slope` where a point has `variance`, known with `degreesOfFreedom`.
Estimate bounded(const Line& line, double variance, int degreesOfFreedom);

/// How far hidden layers moved from their initial output: the root mean square of the change of log2(l1)
/// since t = 1, over layers and steps.
struct Movement {
    double size = 0; ///< the median of the trials
    Estimate growth; ///< d log2(size) / d log2(width)
};
Movement movementOf(const CheckRecords& records, const std::string& parametrization);

/// The fault that the slopes `failing` show. Before the first step that fails all was as under μP, and of
/// that step's layers those that feed the others tell.
CheckReason reasonOf(const Slopes& all, const Slopes& failing, const CheckedModel& model);

/// Fills in `sentence` and `cause`. `worst` is null where nothing is known of any slope.
void describe(CheckVerdict& verdict, const LayerSlope* worst, const CheckedModel& model);

/// What to add where query·key does not shrink, and it is not known whether heads get wider.
std::string noteOnHeads();

} // namespace widthwise
