// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/unit_space.h"

#include <memory>
#include <span>
#include <vector>

namespace widthwise {

/// What a Gaussian process says of a point that it was not shown.
struct Prediction {
    double mean = 0;
    double deviation = 0;
};

/// Gaussian process regression over a unit cube: Matérn 5/2 with a length for each dimension, a signal and a
/// noise variance, at the maximum of their posterior with the priors of Optuna's GPSampler. Two values of a
/// choice, and a parameter that exists in one point alone, are a distance of 1 apart.
class GaussianProcess {
public:
    /// `points` as of UnitSpace::encode; `values` should have mean 0 and variance 1. At least one of each.
    GaussianProcess(const UnitSpace& space, const std::vector<std::vector<double>>& points,
                    const std::vector<double>& values);
    ~GaussianProcess();
    GaussianProcess(GaussianProcess&&) noexcept;

    Prediction predict(std::span<const double> point) const;
    /// Takes its own mean at the point for a value, as if that had been measured.
    void believe(std::span<const double> point);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

/// The logarithm of the expected amount by which a value falls below `best`; Ament et al., NeurIPS 2023.
double logExpectedImprovement(const Prediction& prediction, double best);

} // namespace widthwise
