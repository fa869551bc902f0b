// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>

namespace widthwise::trainer {

/// Σ (values − others)² in double precision; without `others`, else as many, Σ values².
template <typename Real>
double sumOfSquares(std::span<const Real> values, std::span<const Real> others = {});

extern template double sumOfSquares<float>(std::span<const float>, std::span<const float>);
extern template double sumOfSquares<double>(std::span<const double>, std::span<const double>);

} // namespace widthwise::trainer
