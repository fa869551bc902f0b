// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/parallel/communicator.h"

#include <memory>
#include <string>

namespace widthwise::trainer {

/// Workers on one machine or several, over TCP by LibTorch's Gloo. They meet in the file `meeting`, which
/// must be on a disk that all of them see and must be new. Returns once all have come, and throws WorkerLost
/// where one has not within a minute. Only where the trainer was built with Gloo.
std::unique_ptr<Communicator> glooCommunicator(const std::string& meeting, int rank, int size,
                                               bool onOneMachine);

} // namespace widthwise::trainer
