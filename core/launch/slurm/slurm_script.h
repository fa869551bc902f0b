// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/launch/launcher.h"

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace widthwise {

/// How jobs are to be on one cluster.
struct SlurmSettings {
    std::string folder; ///< for what jobs print before the trial's own output; absolute, on the cluster
    std::string partition;
    std::string account;
    std::string qos;
    std::string constraint;
    std::vector<std::string> options; ///< further ones for sbatch, e.g. `--mem-per-cpu=4G`
    std::string prologue;             ///< shell lines before each trial: modules, virtual environments
    std::optional<Seconds> timeLimit; ///< of a job, where the experiment sets none; else the partition's
    std::chrono::seconds notice{60};  ///< before the time limit a trial is asked to write its checkpoint
    std::chrono::milliseconds pollInterval{30'000}; ///< between two looks at the queue
};

/// The script for sbatch that runs one attempt of each of `requests`, which all have the same resources: an
/// array of so many tasks, or a single job. `name` is unique for the submission. Jobs are not requeued by
/// SLURM: what was interrupted goes on in a new attempt, which is a job of its own.
std::string slurmScript(const SlurmSettings& settings, const std::string& name,
                        std::span<const LaunchRequest> requests);

} // namespace widthwise
