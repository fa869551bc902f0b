// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/trial_exit.h"
#include "core/launch/slurm/slurm_job.h"

#include <string>
#include <string_view>

namespace widthwise {

/// What a state and its reason mean to a person and to a driver.
struct SlurmMeaning {
    enum class Phase { Waiting, Running, Ended };
    Phase phase = Phase::Waiting;
    std::string text;                             ///< plain words: why it waits, or why it ended
    bool neverRuns = false;                       ///< waits for something that will not come by itself
    TrialExit::Kind exit = TrialExit::Kind::Lost; ///< of Ended, where the trial itself has left no word
};
SlurmMeaning meaningOf(const SlurmJob& job);

/// Why SLURM ended a job, where the job's output says so; else empty.
std::string complaintOf(std::string_view output);

/// What sbatch or scancel complained of, in plain words with the fix.
struct SlurmRefusal {
    enum class Kind {
        Lasting,    ///< it will not go better next time
        Crowded,    ///< nothing was submitted; fewer jobs, or later, may be
        Unanswered, ///< the controller may have got it, or not
    };
    std::string text;
    Kind kind = Kind::Lasting;
};
SlurmRefusal refusalOf(std::string_view errors);

} // namespace widthwise
