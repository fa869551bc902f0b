// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace widthwise::trainer {

/// Makes LibTorch and its BLAS use so many threads, the BLAS its best kernels, and the process keep its
/// memory.
void prepareCompute(std::int64_t threads);

} // namespace widthwise::trainer
