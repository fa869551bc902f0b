// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/analysis/estimate.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace widthwise {

/// Mean |x| of one layer's output in one trial, in the forward pass before update number `t` (1, 2, …; t = 1
/// is the initial network). A trial that diverged says so by an `l1` that is not finite.
struct CoordinateRecord {
    std::string parametrization;
    std::int64_t width = 0;
    std::int64_t seed = 0;
    std::int64_t t = 0;
    std::string layer;
    double l1 = 0;
};

/// d log2(l1) / d log2(width) of one layer at one t, over all widths and seeds.
struct LayerSlope {
    std::string parametrization;
    std::string layer;
    std::int64_t t = 0;
    Estimate slope;              ///< not known with fewer than two widths; unbounded with two trials
    int widths = 0;              ///< that the slope comes from
    int trials = 0;              ///< that the slope comes from
    bool judged = false;         ///< counts for the verdict: t ≥ 3
    std::int64_t narrowest = 0;  ///< width that the slope comes from; 0: none
    std::int64_t divergedAt = 0; ///< the smallest width that had diverged by then; 0: none
};

/// The slopes of `records`: parametrizations and layers in the order in which they first occur, t rising.
///
/// Least squares of log2(l1) on log2(width), every (width, seed) a point and every seed with an intercept of
/// its own: layers that do not grow start alike for one seed at every width, which makes seeds differ far
/// more than widths. The interval is Student's t on the residuals. That assumes points that scatter
/// independently, normally and alike about the line; where log2(l1) bends with the width, the bend counts as
/// scatter and widens the interval. Values that are not finite are left out and told by `divergedAt`; so are
/// zeros, which have no logarithm (the output of a layer that starts at zero).
std::vector<LayerSlope> layerSlopes(std::span<const CoordinateRecord> records);

enum class CheckResult {
    Holds,     ///< every judged |slope| is below what holds, its interval within what fails
    Fails,     ///< a judged slope is beyond what fails, its interval beyond what holds; or only wide models
               ///< diverge
    Unclear,   ///< neither: more seeds, widths or steps would tell
    Incomplete ///< nothing to judge: no two widths at t ≥ 3
};

/// Limits of |slope|: correct μP stays below the first, SP's hidden layers and logits soon pass the second.
inline constexpr double slopeThatHolds = 0.1;
inline constexpr double slopeThatFails = 0.25;

/// What a coordinate check says of one parametrization, and the slope that decides it.
struct CheckVerdict {
    std::string parametrization;
    CheckResult result = CheckResult::Incomplete;
    std::string layer;           ///< with the worst slope; empty where nothing could be judged
    std::int64_t t = 0;          ///< of that slope
    Estimate slope;              ///< of that layer at that t
    std::int64_t divergedAt = 0; ///< the smallest width that diverged at any t; 0: none
    std::string sentence;        ///< what was found, for people
    std::string cause;           ///< the usual cause and its fix; empty where the check holds
};

/// One verdict per parametrization, in the order of `slopes`.
std::vector<CheckVerdict> checkVerdicts(std::span<const LayerSlope> slopes);

/// What one of `slopes` says by itself: Incomplete where it does not count for the verdict. That is before t
/// = 3; query·key that shrinks no faster than 1/√width, which is chance; and what is not known well behind a
/// readout that holds.
CheckResult resultOf(const LayerSlope& slope, std::span<const LayerSlope> slopes);

/// Whether the layer is the scaled product of queries and keys: a name such as `encoder.0.attention.logits`.
bool isQueryKey(std::string_view layer);

/// Whether the layer is a readout or is fed by one, so that under μP its initial output shrinks as the width
/// grows: names such as `readout`, `encoder.readout`, `pool.gate`, `jets.logits`.
bool isBehindReadout(std::string_view layer);

} // namespace widthwise
