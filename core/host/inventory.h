// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/host/host.h"

namespace widthwise {

/// CPUs that a process there may use (its affinity mask), memory, and NVIDIA GPUs as `nvidia-smi` names them,
/// those that CUDA_VISIBLE_DEVICES leaves visible.
Inventory inventoryOf(Host& host);

} // namespace widthwise
