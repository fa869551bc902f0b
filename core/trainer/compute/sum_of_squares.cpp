// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/compute/sum_of_squares.h"

#include "core/trainer/compute/instruction_set.h"

#include <cstring>

namespace widthwise::trainer {

namespace {

template <typename Real>
[[gnu::always_inline]] inline void addSquares(std::size_t size, const Real* values, const Real* others,
                                              double* sum)
{
    constexpr std::size_t lanes = 4; // more are converted value by value on AVX2
    typedef Real Narrow [[gnu::vector_size(lanes * sizeof(Real))]];
    typedef double Wide [[gnu::vector_size(lanes * sizeof(double))]];
    Wide sums{};
    std::size_t done = 0;
    for (; done + lanes <= size; done += lanes) {
        Narrow one;
        Narrow other{};
        std::memcpy(&one, values + done, sizeof one);
        if (others != nullptr) {
            std::memcpy(&other, others + done, sizeof other);
        }
        const Wide difference = __builtin_convertvector(one, Wide) - __builtin_convertvector(other, Wide);
        sums += difference * difference;
    }
    for (; done < size; ++done) {
        const double difference =
            static_cast<double>(values[done]) - (others == nullptr ? 0 : static_cast<double>(others[done]));
        *sum += difference * difference;
    }
    for (std::size_t lane = 0; lane < lanes; ++lane) {
        *sum += sums[lane];
    }
}

} // namespace

template <typename Real>
double sumOfSquares(std::span<const Real> values, std::span<const Real> others)
{
    double sum = 0;
    dispatch<addSquares<Real>>(values.size(), values.data(), others.data(), &sum);
    return sum;
}

template double sumOfSquares<float>(std::span<const float>, std::span<const float>);
template double sumOfSquares<double>(std::span<const double>, std::span<const double>);

} // namespace widthwise::trainer
