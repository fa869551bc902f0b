// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/site/site_plan.h"

#include "core/launch/launch_plan.h"
#include "core/launch/trial_directory.h"
#include "core/store/database.h"

#include <algorithm>
#include <vector>

namespace widthwise {

namespace {

/// How many trials there are at the start.
std::size_t atOnce(const Experiment& experiment)
{
    const int trials = std::min(experiment.resources.parallel,
                                experiment.budget.trials.value_or(experiment.resources.parallel));
    return static_cast<std::size_t>(std::max(1, trials));
}

} // namespace

SitePlan planOf(const Site& site, const std::string& storeFile, const std::string& trainer)
{
    SitePlan plan{site.folder.empty() ? trialsDirectory(storeFile) : site.folder, site.trainer};
    if (plan.trainer.empty())
        plan.trainer = site.isRemote() ? site.folder + "/bin/widthwise-trainer" : trainer;
    return plan;
}

std::string baseDirectoryOn(const Site& site, const SitePlan& plan, const std::string& experiment,
                            TimePoint created, const std::string& directory)
{
    return site.isRemote() ? experimentDirectory(plan.trials, experiment, created) + "/files" : directory;
}

SlurmSettings slurmSettings(const Site& site, const SitePlan& plan)
{
    SlurmSettings settings = site.slurm;
    settings.folder = plan.trials + "/jobs";
    return settings;
}

TrialPlan planTrial(const Site& site, const SitePlan& plan, const Experiment& experiment, const Trial& trial,
                    TimePoint created, const std::string& directory)
{
    const LaunchPlace place{trialDirectory(plan.trials, experiment.name, created, trial.number),
                            baseDirectoryOn(site, plan, experiment.name, created, directory), plan.trainer,
                            site.container};
    TrialPlan planned{planLaunch(experiment, trial, place), {}};
    if (site.scheduler == Site::Scheduler::None)
        return planned;
    std::vector<LaunchRequest> first(atOnce(experiment), planned.request);
    for (std::size_t i = 0; i < first.size(); ++i)
        first[i].directory = trialDirectory(plan.trials, experiment.name, created, static_cast<int>(i));
    planned.batchScript = batchScript(slurmSettings(site, plan), "widthwise-dry-run", first);
    return planned;
}

} // namespace widthwise
