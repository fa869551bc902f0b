// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/draws.h"

#include <cstddef>
#include <vector>

namespace widthwise {

/// The normal distribution of CMA-ES and what moves it: Hansen, arXiv:1604.00772, whose table 1 the rates
/// follow. Coordinates lie in [0, 1].
class CmaDistribution {
public:
    struct Member {
        double value; ///< smaller is better
        std::vector<double> point;
    };

    CmaDistribution(std::vector<double> mean, double deviation, std::size_t generation);

    /// How many members a generation has.
    std::size_t generation() const { return m_generation; }
    const std::vector<double>& mean() const { return m_mean; }
    /// The largest deviation of a coordinate.
    double deviation() const;

    /// Moves on by a generation. Members that others proposed may be among them: their steps are cut to a
    /// length that one of its own may have (Hansen, "Injecting external solutions", 2011). Nothing happens
    /// where less than half a generation is given.
    void learn(std::vector<Member> members);

    /// A point of the cube. `grains`: of each coordinate, the share of one value, where only some exist;
    /// those get a chance of at least 1/(dimensions · generation) to change (Hamano et al., GECCO 2022).
    std::vector<double> sample(Draws& draws, const std::vector<double>& grains) const;

private:
    void decompose();
    std::vector<double> whitened(const std::vector<double>& step) const;
    void adapt(const std::vector<std::vector<double>>& steps, const std::vector<double>& meanStep);

    std::size_t m_size; ///< dimensions
    std::size_t m_generation;
    std::vector<double> m_weights;
    double m_effective, m_stepRate, m_stepDamping, m_pathRate, m_rankOne, m_rankMany, m_length;
    std::vector<double> m_mean, m_path, m_pathOfStep;
    std::vector<double> m_covariance;
    double m_step;
    double m_start = 1;               ///< what of the first path, which is 0, is left
    std::vector<double> m_deviations; ///< along the axes
    std::vector<double> m_axes;       ///< the covariance's eigenvectors
};

} // namespace widthwise
