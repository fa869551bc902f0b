// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/engine/layer_statistics.h"

#include "core/trainer/compute/instruction_set.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

namespace widthwise::trainer {

namespace {

struct Sums {
    double absolute = 0;
    double plain = 0;
    double square = 0;
    double max = 0;
};

template <typename Real>
[[gnu::always_inline]] inline void addValue(Real x, Sums& sums)
{
    const double value = static_cast<double>(x);
    sums.absolute += std::abs(value);
    sums.plain += value;
    sums.square += value * value;
    sums.max = std::max(sums.max, std::abs(value));
}

/// Adds up vectors of `lanes` values over blocks short enough for floats, and the blocks in double precision.
template <typename Real>
[[gnu::always_inline]] inline void addAll(std::int64_t size, const Real* x, Sums* sums)
{
    typedef Real Vector [[gnu::vector_size(32)]]; // longer ones are compared value by value on AVX2
    constexpr std::int64_t lanes = 32 / sizeof(Real);
    constexpr std::int64_t block = 64 * lanes;
    std::int64_t done = 0;
    for (; done + block <= size; done += block) {
        Vector absolute{};
        Vector plain{};
        Vector square{};
        Vector max{};
        for (std::int64_t i = done; i < done + block; i += lanes) {
            Vector value;
            std::memcpy(&value, x + i, sizeof value);
            const Vector length = value < 0 ? -value : value;
            absolute += length;
            plain += value;
            square += value * value;
            max = length > max ? length : max;
        }
        for (std::int64_t lane = 0; lane < lanes; ++lane) {
            sums->absolute += static_cast<double>(absolute[lane]);
            sums->plain += static_cast<double>(plain[lane]);
            sums->square += static_cast<double>(square[lane]);
            sums->max = std::max(sums->max, static_cast<double>(max[lane]));
        }
    }
    for (; done < size; ++done) {
        addValue(x[done], *sums);
    }
}

constexpr std::int64_t runOfRows = 64; ///< of a sample: memory is read in stretches, and nothing is copied

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
    const bool isSampled = rows > manyRows;
    const std::int64_t run = isSampled ? runOfRows : std::max<std::int64_t>(rows, 1);
    const std::int64_t step = isSampled ? rows / (manyRows / 2) : 1;
    LayerStatistics result;
    Sums sums;
    std::int64_t size = 0;
    for (std::int64_t row = 0; row < rows; row += step * run) {
        const std::int64_t length = std::min(run, rows - row) * columns;
        dispatch<addAll<Real>>(length, values + row * columns, &sums);
        size += length;
    }
    if (size == 0) {
        return result;
    }
    const auto count = static_cast<double>(size);
    const double mean = sums.plain / count;
    result.l1 = sums.absolute / count;
    result.deviation = std::sqrt(std::max(0.0, sums.square / count - mean * mean));
    result.max = std::isnan(result.l1) ? result.l1 : sums.max;
    result.exponents = histogram(values, rows, columns);
    return result;
}

template LayerStatistics measureLayer<float>(const float*, std::int64_t, std::int64_t);
template LayerStatistics measureLayer<double>(const double*, std::int64_t, std::int64_t);

} // namespace widthwise::trainer
