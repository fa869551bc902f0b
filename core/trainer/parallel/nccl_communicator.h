// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/parallel/communicator.h"

#include <memory>

namespace widthwise::trainer {

/// Adds floats over NVIDIA's NCCL, worker r on CUDA device r modulo their number; all else goes the way of
/// `carrier`, which has brought the workers together. Only where the trainer was built with CUDA and NCCL.
/// Throws WorkerLost.
std::unique_ptr<Communicator> ncclCommunicator(std::unique_ptr<Communicator> carrier);

} // namespace widthwise::trainer
