// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/models/settings.h"

#include <cstdint>
#include <string>
#include <vector>

namespace widthwise::trainer {

/// Where and how a network computes.
struct Backend {
    std::int64_t cudaDevice = -1; ///< −1: the CPU
    bool ownKernels = true;       ///< which only the CPU has; else LibTorch's operations
};

/// The names of the CUDA devices that LibTorch sees; `CUDA_VISIBLE_DEVICES` chooses and orders them.
std::vector<std::string> cudaDevices();

/// What the setting `device` means on this machine, for worker number `worker` of a trial: workers go round
/// the devices. Throws InputError where CUDA is asked for and there is none.
Backend backendOf(const Settings& settings, int worker = 0);

/// `cpu`, or the device's name.
std::string nameOf(const Backend& backend);

} // namespace widthwise::trainer
