// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/space/exact_math.h"

#include <charconv>
#include <cmath>

namespace widthwise {

namespace {

// ln 2 in two parts, the first with enough trailing zeros that k·ln2High is exact for every exponent k.
constexpr double ln2High = 6.93147180369123816490e-01;
constexpr double ln2Low = 1.90821492927058770002e-10;
constexpr double sqrtHalf = 0.70710678118654752440;

} // namespace

double exactExp(double x)
{
    if (x > 710)
        return HUGE_VAL;
    if (x < -746)
        return 0;
    const double k = std::floor(x / (ln2High + ln2Low) + 0.5);
    const double r = (x - k * ln2High) - k * ln2Low; // |r| <= ln 2 / 2
    double sum = 1;
    for (int n = 16; n >= 1; --n) // Taylor series; the next term is below 1e-22
        sum = 1 + sum * r / n;
    return std::ldexp(sum, static_cast<int>(k));
}

double exactLog(double x)
{
    int exponent = 0;
    double mantissa = std::frexp(x, &exponent);
    if (mantissa < sqrtHalf) {
        mantissa *= 2;
        --exponent;
    }
    const double s = (mantissa - 1) / (mantissa + 1); // ln m = 2 artanh s, |s| < 0.172
    const double s2 = s * s;
    double sum = 0;
    for (int n = 25; n >= 3; n -= 2) // the next term is below 1e-21
        sum = (sum + 1.0 / n) * s2;
    return exponent * ln2High + (2 * (s + s * sum) + exponent * ln2Low);
}

double roundedToDigits(double value, int digits)
{
    if (!std::isfinite(value))
        return value;
    char buffer[64];
    const auto end =
        std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific, digits - 1).ptr;
    double rounded = value;
    std::from_chars(buffer, end, rounded);
    return rounded;
}

} // namespace widthwise
