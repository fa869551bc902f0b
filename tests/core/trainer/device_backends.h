// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/compute/backend.h"

#include <utility>
#include <vector>

namespace widthwise::trainer {

/// The ways to run with a device's operations and buffers: in memory, which every machine can, and on the
/// first CUDA device where there is one.
inline std::vector<std::pair<const char*, Backend>> deviceBackends()
{
    std::vector<std::pair<const char*, Backend>> backends{
        {"in memory", {.cudaDevice = -1, .ownKernels = false}}};
    if (!cudaDevices().empty()) {
        backends.push_back({"on a CUDA device", {.cudaDevice = 0, .ownKernels = false}});
    }
    return backends;
}

} // namespace widthwise::trainer
