// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The one place that includes LibTorch, for .cpp files of core/trainer alone; what differs between its
// versions (1.13 to 2.x) is settled here.

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/version.h>

#include <cmath>
#include <limits>

namespace widthwise::trainer {

/// A tensor over memory that outlives it.
template <typename Real>
at::Tensor viewOf(Real* data, at::IntArrayRef shape)
{
    return at::from_blob(data, shape, at::TensorOptions().dtype(c10::CppTypeToScalarType<Real>::value));
}

/// softmax(scale · query·keyᵀ)·value over the keys where `mask` [jets, 1, 1, tokens] is true; all others
/// [jets, heads, tokens, head width]. One fused operation from LibTorch 2 on.
inline at::Tensor fusedAttention(const at::Tensor& query, const at::Tensor& key, const at::Tensor& value,
                                 const at::Tensor& mask, double scale)
{
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 1)
    return at::scaled_dot_product_attention(query, key, value, mask, 0, false, scale);
#elif TORCH_VERSION_MAJOR == 2 // which knows no other scale than 1/√(head width)
    const double factor = scale * std::sqrt(static_cast<double>(query.size(3)));
    return at::scaled_dot_product_attention(query * factor, key, value, mask, 0, false);
#else
    const at::Tensor scores = at::matmul(query * scale, key.transpose(2, 3));
    const at::Tensor seen = scores.masked_fill(mask.logical_not(), -std::numeric_limits<double>::infinity());
    return at::matmul(at::softmax(seen, 3), value);
#endif
}

} // namespace widthwise::trainer
