// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/driver.h"

#include <string>
#include <string_view>
#include <vector>

namespace widthwise {

/// A job, or one task of an array, as squeue or sacct tells of it.
struct SlurmJob {
    std::string name; ///< `--job-name`: unique for each submission
    std::string id;   ///< for scancel: `123`, `123_4`
    int task = 0;     ///< index within its array; 0 where it is none
    std::string state;
    std::string reason; ///< of waiting, or of the end; `None` where there is none
    std::string nodes;
    bool operator==(const SlurmJob&) const = default;
};

/// What to ask squeue for, all jobs of the user in one go, and what it answers. (`squeue --json` of 22.05
/// heeds no filter and reports success when the controller is down.)
inline constexpr const char* squeueCommand = "squeue -h -r --me -t all -o '%F|%K|%T|%j|%N|%r'";
std::vector<SlurmJob> readSqueue(std::string_view output);

/// The same of jobs that squeue has forgotten. `names` are those of submissions.
std::string sacctCommand(const std::vector<std::string>& names);
std::vector<SlurmJob> readSacct(std::string_view output);

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

/// What sbatch complained of, in plain words with the mend. `again` where it may go better next time.
struct SlurmRefusal {
    std::string text;
    bool again = false;
};
SlurmRefusal refusalOf(std::string_view errors);

} // namespace widthwise
