// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>

namespace widthwise::trainer {

/// Attention within events: the elements of event e are rows offsets[e] … offsets[e + 1], which see one
/// another and no others. Rows of queries lie `queryStride` numbers apart, rows of keys and of values
/// `keyStride`; head h has the numbers h·headWidth … of each. What comes out has rows of heads·headWidth.
struct AttentionShape {
    std::span<const std::int64_t> offsets;
    std::int64_t heads = 1;
    std::int64_t headWidth = 1;
    std::int64_t queryStride = 1;
    std::int64_t keyStride = 1;
    double scale = 1; ///< on query·key

    std::int64_t events() const { return std::ssize(offsets) - 1; }
};

/// Works through tiles of a few queries and all keys of an event, so that memory grows with the number of
/// elements, not with its square: the scores of a tile are never kept. For the backward pass `logSums`
/// [elements, heads] keeps ln Σ exp(score) of each row.
template <typename Real>
void tiledAttentionForward(const AttentionShape& shape, const Real* query, const Real* key, const Real* value,
                           Real* output, Real* logSums);

/// The gradients have the strides of what they are gradients of.
template <typename Real>
void tiledAttentionBackward(const AttentionShape& shape, const Real* query, const Real* key,
                            const Real* value, const Real* output, const Real* logSums,
                            const Real* outputGradient, Real* queryGradient, Real* keyGradient,
                            Real* valueGradient);

} // namespace widthwise::trainer
