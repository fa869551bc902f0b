// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The one place that includes LibTorch, for .cpp files of core/trainer alone; what differs between its
// versions (1.13 to 2.x) is settled here.

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>

namespace widthwise::trainer {

/// A tensor over memory that outlives it.
template <typename Real>
at::Tensor viewOf(Real* data, at::IntArrayRef shape)
{
    return at::from_blob(data, shape, at::TensorOptions().dtype(c10::CppTypeToScalarType<Real>::value));
}

} // namespace widthwise::trainer
