// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/engine/layers.h"

namespace widthwise::trainer {

/// Whether fusedHead knows how: in memory, few outputs, a width that is a multiple of 16, and products in the
/// precision of `x`.
bool canFuseHead(const at::Tensor& x, const Linear& last);

/// last(norm(ELU(x))) of `x` [rows, width] in one pass over memory; see head_kernel.h.
at::Tensor fusedHead(const at::Tensor& x, const LayerNorm& norm, const Linear& last);

} // namespace widthwise::trainer
