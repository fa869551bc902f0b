// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/experiment.h"
#include "core/experiment/trial.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Which checkpoints are kept, and what they take.
namespace widthwise {

std::string_view toText(CheckpointKeeping keeping);
/// `all`, `needed`, `best`: as the file says them.
const std::vector<std::string>& checkpointKeepingIds();
/// `id` is one of them.
CheckpointKeeping checkpointKeepingOf(std::string_view id);

/// Whether something to come may need a trial's checkpoint, as far as that follows from the trial and the
/// state of its experiment alone. The best trial's, and one from which the scheduler may have another trial
/// go on, are needed in any case.
///
/// - A trial that has not ended: it runs, waits for a promotion, or was paused.
/// - One that ended with its experiment: it goes on when that is resumed or given more trials. Where only the
///   best are kept, a complete experiment is resumed only with more trials, and such a trial then begins
///   anew.
/// - One that ran to its end, which may be its time limit, or was stopped by a person: its model is a result.
///   Not where only the best are kept.
///
/// Trials that failed or diverged, or that the scheduler stopped for good, could only be run again from their
/// start.
bool mayNeedCheckpoint(CheckpointKeeping keeping, ExperimentState state, const Trial& trial);

/// What is known of the checkpoints of an experiment.
struct CheckpointTotal {
    std::int64_t bytes = 0;
    int count = 0;   ///< that are there
    int deleted = 0; ///< because nothing could need them
};
CheckpointTotal checkpointTotal(std::span<const Trial> trials);

/// "1.2 GB", "deleted: nothing could need it" or, where there is none, an empty text.
std::string checkpointText(const Trial& trial);
/// "checkpoints 1.2 GB of 12 trials, 30 deleted"; empty where there were none.
std::string toText(const CheckpointTotal& total);

} // namespace widthwise
