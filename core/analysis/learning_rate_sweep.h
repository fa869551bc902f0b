// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/analysis/estimate.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace widthwise {

/// The loss of one trial of a learning-rate sweep.
struct SweepPoint {
    std::string parametrization;
    std::int64_t width = 0;
    double learningRate = 0; ///< at the base width; > 0
    std::int64_t seed = 0;
    std::optional<double> loss; ///< empty, or not finite: diverged
};

/// The trials of one width, parametrization and learning rate.
struct CurvePoint {
    double learningRate = 0;
    double loss = std::numeric_limits<double>::quiet_NaN(); ///< mean over the seeds that did not diverge
    double standardError =
        std::numeric_limits<double>::quiet_NaN(); ///< of that mean; NaN for fewer than two seeds
    int seeds = 0;                                ///< that did not diverge
    int diverged = 0;
};

/// Where a curve of loss against log2(learning rate) has its minimum.
struct Optimum {
    Estimate learningRate;
    double loss = 0; ///< there
    bool atEdge =
        false; ///< the lowest point is the first or last: the optimum may lie outside of what was swept
};

/// Loss against learning rate of one width and parametrization.
struct SweepCurve {
    std::string parametrization;
    std::int64_t width = 0;
    std::vector<CurvePoint> points; ///< learning rates rising
    std::optional<Optimum> optimum; ///< empty where every learning rate diverged with some seed
};

/// The curves of `points`, parametrizations in the order in which they first occur, widths rising.
///
/// The optimum is the vertex of the parabola in log2(learning rate) through the points within two octaves of
/// the lowest one, at least its two neighbours; far steeper points are left out (a cliff is no parabola). Its
/// interval holds the rates at which the slope of the parabola is zero within its error (Fieller), so that it
/// is unbounded on a flat curve. The errors of the points are the scatter over seeds, pooled, or the
/// residuals where these are larger or there is one seed. A curve that is steeper on one side shifts the
/// vertex; the interval is widened by as much as the points within one octave show of that, which makes it
/// approximate on very skewed curves (a drift does not suffer: all widths are shifted alike). Three points of
/// one seed have no error: the interval is then the two neighbours, as it is where a neighbour diverged.
/// Learning rates at which a seed diverged are no candidates.
std::vector<SweepCurve> sweepCurves(std::span<const SweepPoint> points);

enum class DriftResult {
    Stays,  ///< within `driftThatStays` of no drift, by its interval
    Moves,  ///< the interval excludes no drift
    Unclear ///< the interval holds both, or there are too few optima
};

/// Octaves per doubling that no learning-rate grid resolves over the usual few doublings of the width.
inline constexpr double driftThatStays = 0.25;

/// How the best learning rate moves with the width: octaves (factors of two) per doubling of the width.
struct Drift {
    std::string parametrization;
    Estimate octavesPerDoubling; ///< not known with fewer than two optima
    int widths = 0;              ///< with an optimum inside of what was swept
    DriftResult result = DriftResult::Unclear;
    std::string sentence; ///< for people
};

/// One drift per parametrization: a straight line through log2(optimum) against log2(width), weighted by the
/// optima's intervals, its error widened by √(χ²/degrees of freedom) where they scatter more than these say.
/// Optima at an edge or on a flat curve are left out.
std::vector<Drift> drifts(std::span<const SweepCurve> curves);

} // namespace widthwise
