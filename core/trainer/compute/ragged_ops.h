// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/compute/ragged_kernels.h"
#include "core/trainer/compute/torch_compat.h"

namespace widthwise::trainer {

inline std::span<const std::int64_t> spanOf(const at::Tensor& offsets)
{
    return {offsets.data_ptr<std::int64_t>(), static_cast<std::size_t>(offsets.numel())};
}

/// Calls `body` with a null pointer of the tensor's own number type.
template <typename Body>
void dispatch(const at::Tensor& tensor, const Body& body)
{
    if (tensor.scalar_type() == at::kDouble) {
        body(static_cast<double*>(nullptr));
    } else {
        body(static_cast<float*>(nullptr));
    }
}

inline RaggedShape shapeOf(const at::Tensor& qkv, const at::Tensor& offsets, std::int64_t heads, double scale)
{
    return {spanOf(offsets), heads, qkv.size(1) / (3 * heads), scale};
}

/// Self-attention within each jet. `qkv` [tokens, 3·width] holds query, key and value side by side; `offsets`
/// [jets + 1] int64 says where each jet's tokens begin. Gives [tokens, width]. See ragged_kernels.h.
at::Tensor raggedAttention(const at::Tensor& qkv, const at::Tensor& offsets, std::int64_t heads,
                           double scale);

/// Sums `x` [tokens, width] over each jet's tokens with the weights softmax(`gate` [tokens, 1]). Gives [jets,
/// width].
at::Tensor raggedPool(const at::Tensor& gate, const at::Tensor& x, const at::Tensor& offsets);

/// relu(`first`[i] + `second`[j] + `jet`[g]) for the ordered pairs of different tracks i, j of each jet g.
/// `first` and `second` [tokens, width], `jet` [jets, width]; gives [pairs, width].
at::Tensor raggedPairs(const at::Tensor& first, const at::Tensor& second, const at::Tensor& jet,
                       const at::Tensor& offsets);

} // namespace widthwise::trainer
