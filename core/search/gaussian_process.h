// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/triangle.h"
#include "core/search/unit_space.h"

#include <span>
#include <vector>

namespace widthwise {

/// What a Gaussian process says of a point that it was not shown.
struct Prediction {
    double mean = 0;
    double deviation = 0;
};

/// A Gaussian process's covariance: Matérn 5/2 with a scale for each dimension. Two values of a choice, and a
/// parameter that exists in one point alone, are a distance of 1 apart.
struct Covariance {
    std::vector<double> scales; ///< 1/length²
    double signal = 1;          ///< variance
    double noise = 0.01;        ///< variance
};

/// Along one dimension, by that rule; NaN where the parameter does not exist.
double squaredDistance(double a, double b, bool isChoice);

/// The covariance at the maximum of the posterior with the priors of Optuna's GPSampler, to what a fixed
/// number of steps from a fixed start reaches. `points` as of UnitSpace::encode; `values` should have mean 0
/// and variance 1. At least one of each.
Covariance fittedCovariance(const UnitSpace& space, const std::vector<std::vector<double>>& points,
                            const std::vector<double>& values);

/// Gaussian process regression over a unit cube.
class GaussianProcess {
public:
    GaussianProcess(const UnitSpace& space, Covariance covariance, std::vector<std::vector<double>> points,
                    std::vector<double> values);

    const Covariance& covariance() const { return m_covariance; }

    Prediction predict(std::span<const double> point) const;
    std::vector<Prediction> predict(const std::vector<std::vector<double>>& points) const;
    std::vector<double> means(const std::vector<std::vector<double>>& points) const;
    /// Takes its own mean at the points for their values, as if those had been measured.
    void believe(const std::vector<std::vector<double>>& points);

private:
    void factorize();
    /// The covariances of a point with the known ones, written with `stride` between them.
    void relate(std::span<const double> point, double* out, std::size_t stride) const;

    std::vector<bool> m_isChoice;
    Covariance m_covariance;
    std::vector<std::vector<double>> m_points;
    std::vector<double> m_values;
    Triangle m_factor;
    std::vector<double> m_solved; ///< covariance⁻¹ · values
};

/// The logarithm of the expected amount by which a value falls below `best`; Ament et al., NeurIPS 2023.
double logExpectedImprovement(const Prediction& prediction, double best);

} // namespace widthwise
