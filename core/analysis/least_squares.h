// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>

namespace widthwise {

struct Sample {
    double x = 0;
    double y = 0;
    double weight = 1; ///< 1/σ² up to a common factor
};

/// a + b·u + c·u² with u = x − origin, the weighted mean of x.
struct Polynomial {
    double origin = 0;
    std::array<double, 3> coefficients{};
    /// Of the coefficients for weights that are 1/σ²; times residualVariance() where they are only relative.
    std::array<std::array<double, 3>, 3> covariance{};
    double squares = 0;       ///< weighted sum of squared residuals
    int degreesOfFreedom = 0; ///< samples − coefficients

    double residualVariance() const { return squares / degreesOfFreedom; }
};

/// The least-squares polynomial of `degree` 1 or 2. Empty where the samples have too few different x.
std::optional<Polynomial> fitPolynomial(std::span<const Sample> samples, std::size_t degree);

/// Student's t that |t| stays below with a probability of 95 %. Infinite for no degree of freedom.
double student95(int degreesOfFreedom);

/// The probability that Student's t is above `t` ≥ 0.
double studentTail(double t, int degreesOfFreedom);

/// What a normal deviate stays below, in standard deviations, with a probability of 95 %.
inline constexpr double normal95 = 1.959963984540054;

} // namespace widthwise
