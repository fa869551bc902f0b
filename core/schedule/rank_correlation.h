// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>

namespace widthwise {

/// Spearman's: Pearson's correlation of the ranks, equal values sharing the mean of theirs. 0 where all of
/// one side are equal. Both are of the same length.
double rankCorrelation(std::span<const double> a, std::span<const double> b);

} // namespace widthwise
