// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/compute/prepare_compute.h"

#include "core/trainer/compute/blas.h"
#include "core/trainer/compute/torch_compat.h"

#include <limits>
#include <malloc.h>

namespace widthwise::trainer {

void prepareCompute(std::int64_t threads)
{
#if defined(__GLIBC__)
    // A step's tensors go and come again: memory that is given back is zeroed by the kernel at every step.
    mallopt(M_MMAP_MAX, 0);
    mallopt(M_TRIM_THRESHOLD, std::numeric_limits<int>::max());
    mallopt(M_TOP_PAD, 64 << 20);
#endif
    at::set_num_threads(static_cast<int>(threads));
    blas::chooseKernels();
    blas::setThreads(threads);
}

} // namespace widthwise::trainer
