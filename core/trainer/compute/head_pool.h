// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>

namespace widthwise::trainer {

/// Pooling with a softmax of its own for each head: for each event and head h, the softmax of `scores`
/// [elements, heads] over the event's elements weighs the sum of `x` [elements, width] into `pooled` [events,
/// heads, width]. An event without elements gives zeros. `weights` [elements, heads] is kept for the backward
/// pass.
struct PoolShape {
    std::span<const std::int64_t> offsets; ///< [events + 1]: where each event's elements begin
    std::int64_t heads = 1;
    std::int64_t width = 1;
};

template <typename Real>
void headPoolForward(const PoolShape& shape, const Real* scores, const Real* x, Real* pooled, Real* weights);

template <typename Real>
void headPoolBackward(const PoolShape& shape, const Real* weights, const Real* x, const Real* pooledGradient,
                      Real* scoreGradient, Real* xGradient);

} // namespace widthwise::trainer
