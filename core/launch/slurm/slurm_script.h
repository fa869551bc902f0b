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
    enum class Submit {
        Array, ///< a job for each attempt of a trial
        Pilot, ///< jobs that run one trial after the other
    };
    std::string folder; ///< for what jobs print before the trial's own output; absolute, on the cluster
    Submit submit = Submit::Array;
    std::string partition;
    std::string account;
    std::string qos;
    std::string constraint;
    std::vector<std::string> options; ///< further ones for sbatch, e.g. `--mem-per-cpu=4G`
    std::string prologue;             ///< shell lines before each trial: modules, virtual environments
    std::optional<Seconds> timeLimit; ///< of a job, at most; none: the experiment's, else the partition's
    std::optional<Seconds> partitionLimit; ///< of a job, as the partition has it; none: none, or not known
    std::chrono::seconds notice{60};       ///< before the time limit a trial is asked to write its checkpoint
    std::chrono::milliseconds pollInterval{30'000}; ///< between two looks at the queue
    std::chrono::seconds idleLimit{120};            ///< a pilot's worker without a trial ends
};

/// The script for sbatch that runs one attempt of each of `requests`, which all have the same resources: an
/// array of so many tasks, or a single job. `name` is unique for the submission.
std::string slurmScript(const SlurmSettings& settings, const std::string& name,
                        std::span<const LaunchRequest> requests);

/// The one that starts so many workers (SlurmPilots), which find their trials in `folder`.
std::string pilotScript(const SlurmSettings& settings, const std::string& name, const std::string& folder,
                        const Resources& resources, int workers);

/// Where the workers for trials like this one find them.
std::string pilotFolder(const LaunchRequest& request);

/// The first of these scripts that a launcher would give to sbatch, if it is asked to start all of
/// `requests`.
std::string batchScript(const SlurmSettings& settings, const std::string& name,
                        std::span<const LaunchRequest> requests);

/// The script that runs one attempt within a job (attempt_script.h). On several nodes srun starts the command
/// once for each of its tasks; the wrapper is one process on the first node.
std::string slurmAttemptScript(const LaunchRequest& request);

} // namespace widthwise
