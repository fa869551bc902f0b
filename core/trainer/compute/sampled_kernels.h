// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/compute/ragged_kernels.h"

#include <vector>

namespace widthwise::trainer {

// What the kernels of ragged_kernels.h have on their way but do not keep, computed again for statistics: for
// at most `sampledJets` jets, evenly spaced, which costs next to nothing.

inline constexpr std::int64_t sampledJets = 32;

/// scale · query·key for each jet, head, query and key.
template <typename Real>
std::vector<Real> attentionLogits(const RaggedShape& shape, const Real* qkv);

/// What pairForward gives, before the activation: [pairs, width].
template <typename Real>
std::vector<Real> pairSums(std::span<const std::int64_t> offsets, std::int64_t width, const Real* first,
                           const Real* second, const Real* jet);

} // namespace widthwise::trainer
