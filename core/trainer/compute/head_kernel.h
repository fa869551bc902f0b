// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace widthwise::trainer {

/// The end of a head: y = multiplier·W·norm(ELU(x)) + c, with the norm's gain and bias, row by row, so that
/// nothing of the width is written in between. Of few outputs.
template <typename Real>
struct HeadOperands {
    std::int64_t rows;
    std::int64_t width;   ///< a multiple of 16
    std::int64_t outputs; ///< at most `mostHeadOutputs`
    double multiplier;
    const Real *x, *gain, *bias, *weight,
        *last; ///< [rows, width], [width], [width], [outputs, width], [outputs]
};
inline constexpr std::int64_t mostHeadOutputs = 16;

template <typename Real>
void headForward(const HeadOperands<Real>& head, Real* y);

/// Adds up what flows back to the parameters, which begin at zero, and gives what flows back to x.
template <typename Real>
struct HeadGradients {
    Real *x, *gain, *bias, *weight, *last;
};
template <typename Real>
void headBackward(const HeadOperands<Real>& head, const Real* upstream, const HeadGradients<Real>& gradients);

} // namespace widthwise::trainer
