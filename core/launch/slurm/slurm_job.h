// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/experiment.h"

#include <cstddef>
#include <optional>
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
    std::string partition = {};
    std::string start =
        {}; ///< of one that waits, when SLURM expects it: `2026-11-26 13:00`, in the cluster's time
    bool operator==(const SlurmJob&) const = default;
};

/// What to ask squeue for, all jobs of the user in one go, and what it answers. (`squeue --json` of 22.05
/// heeds no filter and reports success when the controller is down.)
inline constexpr const char* squeueCommand = "squeue -h -r --me -t all -o '%F|%K|%T|%j|%N|%P|%S|%r'";
std::vector<std::string> lines(std::string_view text); ///< those that are not empty
/// Rows whose index in an array is none (`[0-3]`: all that wait) are left out, here and below.
std::vector<SlurmJob> readSqueue(std::string_view output);

/// The same of jobs that squeue has forgotten. `names` are those of submissions.
std::string sacctCommand(const std::vector<std::string>& names);
std::vector<SlurmJob> readSacct(std::string_view output);

/// The names of all jobs that wait in a partition, everybody's, those that come first first; an array is one.
std::string waitingCommand(const std::string& partition);

/// What partitions (`a,b`; empty: the default one) allow to one job.
std::string limitsCommand(const std::string& partitions);
/// Of a single one, in words; empty where SLURM does not say.
std::string readLimits(const std::string& partition, std::string_view output);
/// The longest that one of them lets it run; none where there is no limit, or SLURM does not say.
std::optional<Seconds> readLongestTime(std::string_view output);

/// How many tasks an array may have, as `scontrol show config` says.
std::size_t readLargestArray(std::string_view config);

} // namespace widthwise
