// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/models/settings.h"
#include "core/trainer/parallel/communicator.h"

#include <memory>
#include <string>

namespace widthwise::trainer {

/// Which of a trial's workers this process is, and where it meets the others.
struct WorkerGroup {
    int rank = 0;
    int size = 1;
    bool onOneMachine = true;
    std::string meeting; ///< a word that these workers have in common with each other and nobody else
    int memory = -1;     ///< descriptor of shared memory that they inherited; −1: none
};

/// What `auto` means for these workers. Throws InputError for a way that was not built or does not reach all
/// of them.
Communication communicationFor(Communication asked, bool onOneMachine);

/// Returns once all workers have come. Throws InputError and WorkerLost.
std::unique_ptr<Communicator> meet(Communication communication, const WorkerGroup& place,
                                   const std::string& trialDirectory);

} // namespace widthwise::trainer
