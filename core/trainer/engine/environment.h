// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/compute/backend.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace widthwise::trainer {

/// What the last digits of a training depend on, by name: LibTorch, BLAS library and kernels, CPU, device,
/// threads.
std::map<std::string, std::string> environment(std::int64_t threads, const Backend& backend);

/// What of this processor multiplies bfloat16 numbers: `amx-bf16`, `avx512bf16`, or empty where nothing does
/// and such products are slow.
std::string bf16Instructions();

/// All that `widthwise-trainer info` says, with a self-test of the BLAS library.
struct Information {
    std::string torchVersion;
    std::string hdf5Version;
    std::string blasLibrary; ///< file; empty where no BLAS symbol is visible
    std::string blasKernels; ///< OpenBLAS' name for the processor that they are for
    std::string cpu;
    std::string cpuCapability; ///< of LibTorch's own kernels
    double gflops = 0;         ///< single-precision matrix product, one thread
    std::string bf16Instructions;
    double bf16Gflops = 0; ///< bfloat16 matrix product, one thread
    std::int64_t threads = 1;
    std::vector<std::string> cudaDevices; ///< names of those that are visible
};
Information inspect();

} // namespace widthwise::trainer
