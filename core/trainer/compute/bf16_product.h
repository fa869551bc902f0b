// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/compute/torch_compat.h"

namespace widthwise::trainer {

/// x·weightᵀ + bias with both products of the backward pass, too, of numbers rounded to bfloat16 and summed
/// in single precision. `x` [rows, in], `weight` [out, in] and `half`, which is `weight` in bfloat16; `bias`
/// [out] or undefined. Gives [rows, out]; output and gradients are in single precision.
at::Tensor bf16Linear(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& half,
                      const at::Tensor& bias);

} // namespace widthwise::trainer
