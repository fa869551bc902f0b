// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/compute/backend.h"
#include "core/trainer/engine/family.h"
#include "core/trainer/parallel/communicator.h"

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>

namespace widthwise::trainer {

struct TrainRequest {
    Settings settings;
    std::string trialDirectory; ///< where metrics.jsonl, checkpoint.pt and control are
    std::string dataDirectory;  ///< what relative paths in the settings are relative to
    std::string checkpoint;     ///< to go on from; empty: start anew
    std::int64_t untilStep =
        0; ///< where it validates, saves and ends before the whole run is over; 0: nowhere
    std::optional<Backend> backend = {}; ///< empty: what the settings say
    std::string startFrom =
        {}; ///< a folder with another trial's checkpoint, to begin from; empty: from nothing
};

enum class Outcome {
    Completed,
    Stopped, ///< on request, with a checkpoint unless it had not begun
    Paused,  ///< at the step that it was to run to, with a checkpoint
    Diverged ///< the loss is no longer finite; reported as NaN
};

/// Trains one model of the family as the trial protocol of ARCHITECTURE.md says. Requests in `control` and by
/// signal are honoured between two steps, and in the midst of reading and of validation. Going on from a
/// checkpoint gives, on the same machine, bit for bit what a run without a stop or pause gives. Progress for
/// people goes to `progress`, what they should know to `notices`. Workers that share `communicator` each take
/// a slice of `batch_size` samples of every batch; the first of them writes and tells for all. Throws
/// InputError, and WorkerLost where another worker ends.
Outcome train(const Family& family, const TrainRequest& request, std::ostream& progress,
              std::ostream& notices, Communicator& communicator = alone());

} // namespace widthwise::trainer
