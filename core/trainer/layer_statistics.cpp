// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/layer_statistics.h"

#include "core/trainer/multiversion.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace widthwise::trainer {

namespace {

/// Sums run side by side in `lanes` numbers, which the compiler keeps in vectors, over blocks short enough
/// for floats; the blocks' sums are added in double precision.
constexpr std::int64_t lanes = 64;
constexpr std::int64_t blockRows = 16;

struct Sums {
    double absolute = 0;
    double plain = 0;
    double square = 0;
    double max = 0;
};

template <typename Real>
[[gnu::always_inline]] inline void addBlock(std::int64_t rows, const Real* __restrict x, Sums& sums)
{
    Real absolute[lanes] = {};
    Real plain[lanes] = {};
    Real square[lanes] = {};
    Real max[lanes] = {};
    for (std::int64_t row = 0; row < rows; ++row, x += lanes) {
        for (std::int64_t lane = 0; lane < lanes; ++lane) {
            const Real size = std::abs(x[lane]);
            absolute[lane] += size;
            plain[lane] += x[lane];
            square[lane] += x[lane] * x[lane];
            max[lane] = size > max[lane] ? size : max[lane];
        }
    }
    for (std::int64_t lane = 0; lane < lanes; ++lane) {
        sums.absolute += static_cast<double>(absolute[lane]);
        sums.plain += static_cast<double>(plain[lane]);
        sums.square += static_cast<double>(square[lane]);
        sums.max = std::max(sums.max, static_cast<double>(max[lane]));
    }
}

template <typename Real>
[[gnu::always_inline]] inline Sums sumAll(std::int64_t size, const Real* x)
{
    Sums sums;
    constexpr std::int64_t block = blockRows * lanes;
    std::int64_t done = 0;
    for (; done + block <= size; done += block) {
        addBlock(blockRows, x + done, sums);
    }
    for (; done < size; ++done) {
        const double value = static_cast<double>(x[done]);
        sums.absolute += std::abs(value);
        sums.plain += value;
        sums.square += value * value;
        sums.max = std::max(sums.max, std::abs(value));
    }
    return sums;
}

template <typename Real>
[[gnu::always_inline]] inline double squaredDistance(std::int64_t size, const Real* after, const Real* before)
{
    double sums[lanes] = {};
    std::int64_t done = 0;
    for (; done + lanes <= size; done += lanes) {
        for (std::int64_t lane = 0; lane < lanes; ++lane) {
            const double step = static_cast<double>(after[done + lane]) -
                                (before == nullptr ? 0 : static_cast<double>(before[done + lane]));
            sums[lane] += step * step;
        }
    }
    double sum = 0;
    for (; done < size; ++done) {
        const double step =
            static_cast<double>(after[done]) - (before == nullptr ? 0 : static_cast<double>(before[done]));
        sum += step * step;
    }
    for (const double lane : sums) {
        sum += lane;
    }
    return sum;
}

WIDTHWISE_MULTIVERSION Sums sumsOf(std::int64_t size, const float* x)
{
    return sumAll(size, x);
}
WIDTHWISE_MULTIVERSION Sums sumsOf(std::int64_t size, const double* x)
{
    return sumAll(size, x);
}
WIDTHWISE_MULTIVERSION double squares(std::int64_t size, const float* after, const float* before)
{
    return squaredDistance(size, after, before);
}
WIDTHWISE_MULTIVERSION double squares(std::int64_t size, const double* after, const double* before)
{
    return squaredDistance(size, after, before);
}

template <typename Real>
ExponentHistogram histogram(const Real* values, std::int64_t rows, std::int64_t columns)
{
    ExponentHistogram counts{};
    const std::int64_t step = std::max<std::int64_t>(1, rows * columns / histogramValues);
    for (std::int64_t row = 0; row < rows; row += step) {
        for (std::int64_t column = 0; column < columns; ++column) {
            const auto bits =
                std::bit_cast<std::uint32_t>(static_cast<float>(values[row * columns + column]));
            ++counts[(bits >> 23) & 255];
        }
    }
    return counts;
}

} // namespace

template <typename Real>
LayerStatistics measureLayer(const Real* values, std::int64_t rows, std::int64_t columns)
{
    const std::int64_t size = rows * columns;
    LayerStatistics result;
    if (size == 0) {
        return result;
    }
    const Sums sums = sumsOf(size, values);
    const auto count = static_cast<double>(size);
    const double mean = sums.plain / count;
    result.l1 = sums.absolute / count;
    result.deviation = std::sqrt(std::max(0.0, sums.square / count - mean * mean));
    result.max = std::isnan(result.l1) ? result.l1 : sums.max;
    result.exponents = histogram(values, rows, columns);
    return result;
}

template <typename Real>
double normOfDifference(std::int64_t size, const Real* after, const Real* before)
{
    return std::sqrt(squares(size, after, before));
}

template LayerStatistics measureLayer<float>(const float*, std::int64_t, std::int64_t);
template LayerStatistics measureLayer<double>(const double*, std::int64_t, std::int64_t);
template double normOfDifference<float>(std::int64_t, const float*, const float*);
template double normOfDifference<double>(std::int64_t, const double*, const double*);

} // namespace widthwise::trainer
