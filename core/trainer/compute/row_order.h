// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/compute/torch_compat.h"

namespace widthwise::trainer {

/// The rows of `x` in another order, each taken once; `inverse` puts them, and their gradients, back.
at::Tensor reordered(const at::Tensor& x, const at::Tensor& order, const at::Tensor& inverse);

} // namespace widthwise::trainer
