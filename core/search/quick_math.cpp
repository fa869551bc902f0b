// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/quick_math.h"

#include "core/space/exact_math.h"

#include <cmath>
#include <numbers>

namespace widthwise {

namespace {

constexpr double logRootTwoPi = 0.91893853320467274178;

/// exp(x²)·erfc(x) for x >= 0; Press et al., Numerical Recipes, §6.2 (erfcc).
double scaledErfc(double x)
{
    const double t = 1 / (1 + 0.5 * x);
    constexpr double coefficients[] = {0.17087277,  -0.82215223, 1.48851587, -1.13520398, 0.27886807,
                                       -0.18628806, 0.09678418,  0.37409196, 1.00002368,  -1.26551223};
    double sum = 0;
    for (const double coefficient : coefficients)
        sum = sum * t + coefficient;
    return t * quickExp(sum);
}

} // namespace

double millsRatio(double z)
{
    return scaledErfc(z / std::numbers::sqrt2) / 2 * quickExp(logRootTwoPi);
}

double normalTail(double z)
{
    if (z < 0)
        return 1 - normalTail(-z);
    return scaledErfc(z / std::numbers::sqrt2) / 2 * quickExp(-z * z / 2);
}

double logNormalTail(double z)
{
    return z < 0 ? exactLog(normalTail(z)) : exactLog(scaledErfc(z / std::numbers::sqrt2) / 2) - z * z / 2;
}

double logNormalDensity(double z)
{
    return -z * z / 2 - logRootTwoPi;
}

} // namespace widthwise
