// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/draws.h"
#include "core/search/unit_space.h"

#include <span>
#include <vector>

namespace widthwise {

/// A density over some dimensions of a unit cube, estimated from points: a mixture of products of kernels,
/// one for each point and one that covers the cube. The kernel of a range is a normal distribution that is
/// cut at the cube's faces; of choices, most of the weight lies on the point's own value. Bergstra et al.,
/// NeurIPS 2011; multivariate as Falkner et al., ICML 2018 (BOHB).
class ParzenDensity {
public:
    /// `dimensions`: indices into those of `space`. The later points of many weigh more.
    ParzenDensity(const UnitSpace& space, std::vector<std::size_t> dimensions,
                  const std::vector<std::span<const double>>& points);

    /// Fills the density's dimensions of `point`.
    void sample(Draws& draws, std::span<double> point) const;
    double logDensity(std::span<const double> point) const;

private:
    struct Kernel {
        double centre;
        double deviation;
    };

    void spread(std::size_t column, std::size_t points);
    static double sampleRange(const Kernel& kernel, Draws& draws);

    const UnitSpace& m_space;
    std::vector<std::size_t> m_dimensions;
    std::vector<double> m_weights;    ///< of the kernels, 1 in all; the last covers the cube
    std::vector<double> m_logWeights; ///< with what does not depend on the point
    std::vector<Kernel> m_kernels;    ///< [kernel × dimension]
    double m_ownChoice = 0; ///< the weight that a kernel adds to its own value, before normalization
};

} // namespace widthwise
