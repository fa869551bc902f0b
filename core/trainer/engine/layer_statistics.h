// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <string>

namespace widthwise::trainer {

/// How many values have which binary exponent: bin e counts 2^(e − 127) ≤ |x| < 2^(e − 126), bin 0 zeros and
/// what is below 2^−126, bin 255 what is not finite or not below 2^128.
using ExponentHistogram = std::array<std::int64_t, 256>;

/// What one layer put out in one forward pass, before the activation, over all tokens of the batch (packed:
/// there is no padding).
struct LayerStatistics {
    std::string layer;
    double l1 = 0;        ///< mean |x|
    double deviation = 0; ///< standard deviation
    double max = 0;       ///< of |x|; NaN where a value is NaN
    ExponentHistogram exponents{};
};

/// Statistics of `values` [rows, columns]; without values all are 0. Of more than `manyRows` rows it takes
/// evenly spaced runs, at least half as many rows, and the histogram is over some `histogramValues` values in
/// whole rows, evenly spaced: a recorded step must cost next to nothing. Where rows are independent, a
/// sample's l1 has a standard error of at most 1/32 of what l1 varies from row to row.
template <typename Real>
LayerStatistics measureLayer(const Real* values, std::int64_t rows, std::int64_t columns);
inline constexpr std::int64_t manyRows = 1 << 11;
inline constexpr std::int64_t histogramValues = 1 << 12;

extern template LayerStatistics measureLayer<float>(const float*, std::int64_t, std::int64_t);
extern template LayerStatistics measureLayer<double>(const double*, std::int64_t, std::int64_t);

} // namespace widthwise::trainer
