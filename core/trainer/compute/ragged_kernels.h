// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>

namespace widthwise::trainer {

/// The shape of packed self-attention: jet j has the tokens offsets[j] … offsets[j + 1], which see one
/// another and no others. Query, key and value lie side by side in rows of 3·heads·headWidth.
struct RaggedShape {
    std::span<const std::int64_t> offsets;
    std::int64_t heads = 1;
    std::int64_t headWidth = 1;
    double scale = 1; ///< on query·key

    std::int64_t jets() const { return std::ssize(offsets) - 1; }
    /// The length of the buffer of attention weights: for each jet, for each head, tokens × tokens.
    std::int64_t weightCount() const;
};

/// `output` [tokens, heads·headWidth]; `weights` keeps the softmax for the backward pass.
template <typename Real>
void attentionForward(const RaggedShape& shape, const Real* qkv, Real* output, Real* weights);

template <typename Real>
void attentionBackward(const RaggedShape& shape, const Real* qkv, const Real* weights,
                       const Real* outputGradient, Real* qkvGradient);

/// Gated pooling: for each jet the softmax of `gate` [tokens] over its tokens weighs the sum of `x` [tokens,
/// width] into `pooled` [jets, width]. A jet without tokens gives zeros. `weights` [tokens] is kept for the
/// backward pass.
template <typename Real>
void poolForward(std::span<const std::int64_t> offsets, std::int64_t width, const Real* gate, const Real* x,
                 Real* pooled, Real* weights);

template <typename Real>
void poolBackward(std::span<const std::int64_t> offsets, std::int64_t width, const Real* weights,
                  const Real* x, const Real* pooledGradient, Real* gateGradient, Real* xGradient);

/// The number of ordered pairs of different tokens of a jet, over all jets.
std::int64_t pairCount(std::span<const std::int64_t> offsets);

/// max(0, first[i] + second[j] + jet[g]) for each ordered pair i ≠ j of tokens of jet g: jet by jet, i by i.
/// `first` and `second` [tokens, width], `jet` [jets, width], `pairs` [pairs, width].
template <typename Real>
void pairForward(std::span<const std::int64_t> offsets, std::int64_t width, const Real* first,
                 const Real* second, const Real* jet, Real* pairs);

template <typename Real>
void pairBackward(std::span<const std::int64_t> offsets, std::int64_t width, const Real* pairs,
                  const Real* pairGradient, Real* firstGradient, Real* secondGradient, Real* jetGradient);

} // namespace widthwise::trainer
