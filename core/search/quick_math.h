// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <bit>
#include <cstdint>

namespace widthwise {

/// The exponential with the same bits on every machine, for loops that compilers make parallel: good to 2
/// units in the last place for x in [-700, 700], which others are cut to.
inline double quickExp(double x)
{
    constexpr double ln2High = 6.93147180369123816490e-01, ln2Low = 1.90821492927058770002e-10;
    constexpr double perLn2 = 1.44269504088896338700;
    constexpr double shift = 0x1.8p52; // adding it rounds to an integer
    x = x < -700 ? -700 : x > 700 ? 700 : x;
    const double shifted = x * perLn2 + shift;
    const double k = shifted - shift;
    const double r = (x - k * ln2High) - k * ln2Low;
    double sum = 1.0 / 6227020800; // Taylor's series to the 13th power
    sum = sum * r + 1.0 / 479001600;
    sum = sum * r + 1.0 / 39916800;
    sum = sum * r + 1.0 / 3628800;
    sum = sum * r + 1.0 / 362880;
    sum = sum * r + 1.0 / 40320;
    sum = sum * r + 1.0 / 5040;
    sum = sum * r + 1.0 / 720;
    sum = sum * r + 1.0 / 120;
    sum = sum * r + 1.0 / 24;
    sum = sum * r + 1.0 / 6;
    sum = sum * r + 0.5;
    sum = sum * r + 1;
    sum = sum * r + 1;
    const std::uint64_t exponent =
        std::bit_cast<std::uint64_t>(shifted) - std::bit_cast<std::uint64_t>(shift);
    return sum * std::bit_cast<double>((exponent + 1023) << 52);
}

/// The mass of a standard normal above z, divided by its density at z over sqrt(2π): Mills' ratio; z >= 0.
double millsRatio(double z);
/// The mass of a standard normal above z; relative error below 2e-7.
double normalTail(double z);
double logNormalTail(double z);
/// The density of a standard normal.
double logNormalDensity(double z);

} // namespace widthwise
