// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>

namespace widthwise::trainer::blas {

/// The library file behind `sgemm`; empty where it is not visible.
std::string library();

/// The kernels that OpenBLAS uses, by its name for a processor (`Haswell`, `SkylakeX`); empty for another
/// BLAS.
std::string core();

/// OpenBLAS takes kernels of 2004 on a processor that is newer than itself, a tenth as fast. Where that
/// happened, and OPENBLAS_CORETYPE does not say what is wanted, this takes the best that the processor's
/// instructions allow. To be called before the first product.
void chooseKernels();

/// LibTorch does not know of OpenBLAS' own threads.
void setThreads(std::int64_t threads);

} // namespace widthwise::trainer::blas
