// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/experiment.h"
#include "core/experiment/trial.h"
#include "core/launch/launcher.h"
#include "core/site/site.h"

#include <string>

namespace widthwise {

/// Where trials lie and what runs them on a site; known without a connection.
struct SitePlan {
    std::string trials;  ///< below it lie trial directories, on the host
    std::string trainer; ///< path of widthwise-trainer on the host; empty where there is none
};
/// `trainer` is this machine's.
SitePlan planOf(const Site& site, const std::string& storeFile, const std::string& trainer);

/// What relative paths in an experiment are relative to on the site; `directory` is the experiment's, here.
std::string baseDirectoryOn(const Site& site, const SitePlan& plan, const std::string& experiment,
                            TimePoint created, const std::string& directory);

/// Of the site's launcher. Only where the scheduler is SLURM.
SlurmSettings slurmSettings(const Site& site, const SitePlan& plan);

/// What would start a trial there.
struct TrialPlan {
    LaunchRequest request;
    std::string batchScript; ///< what sbatch would get for the first trials; empty where there is no SLURM
};
/// Throws std::invalid_argument as planLaunch does.
TrialPlan planTrial(const Site& site, const SitePlan& plan, const Experiment& experiment, const Trial& trial,
                    TimePoint created, const std::string& directory);

} // namespace widthwise
