// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/dry_run.h"

#include "app/ctl/overview.h"
#include "app/ctl/text.h"
#include "core/launch/launch_plan.h"
#include "core/run/search_program.h"
#include "core/run/trainer_binary.h"
#include "core/site/brought_files.h"
#include "core/site/site_plan.h"
#include "core/store/database.h"

#include <nlohmann/json.hpp>

#include <chrono>
#include <iostream>
#include <thread>

namespace widthwise::ctl {

namespace {

using Json = nlohmann::ordered_json;

/// Of an external search, the one that its program proposes.
Trial firstTrial(const Experiment& experiment, const std::string& folder)
{
    Trial trial;
    trial.created = currentTime();
    const auto search =
        makeSearchAlgorithm(experiment.search, experiment.space, experiment.objective.direction,
                            experiment.seed, searchProgram(experiment, folder, {}));
    Proposal proposal = search->propose({});
    for (; std::holds_alternative<Thinking>(proposal); proposal = search->propose({}))
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    const auto* configuration = std::get_if<Configuration>(&proposal);
    if (configuration == nullptr)
        throw Failure(Unsuccessful, "the search proposes no configuration: its space is empty");
    trial.configuration = *configuration;
    return trial;
}

using Brought = std::vector<BroughtFiles>;

void printJson(const TrialPlan& plan, const Site& site, const Brought& brought,
               const std::vector<std::string>& missing)
{
    const LaunchRequest& request = plan.request;
    Json environment = Json::object();
    for (const auto& [name, value] : request.environment)
        environment[name] = value;
    Json shown{{"site", site.name},
               {"directory", request.directory},
               {"command", request.command},
               {"config", Json::parse(request.config)},
               {"environment", environment}};
    if (!request.container.empty())
        shown["container"] = request.container;
    if (!plan.batchScript.empty())
        shown["batch_script"] = plan.batchScript;
    if (!brought.empty()) {
        Json& list = shown["brought_along"] = Json::array();
        for (const BroughtFiles& found : brought)
            list.push_back({{"name", found.name}, {"files", found.files.size()}, {"bytes", found.bytes}});
    }
    if (!missing.empty())
        shown["missing"] = missing;
    std::cout << shown.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
}

void print(const TrialPlan& plan, const Site& site, const Experiment& experiment, const Brought& brought,
           const std::string& missing)
{
    const LaunchRequest& request = plan.request;
    std::cout << "Trial 0 of " << experiment.name << " would run on " << site.name << " in\n  "
              << request.directory << "\nthe command\n  " << inContainer(request.container, request.command)
              << "\nwith config.json\n"
              << Json::parse(request.config).dump(2) << "\nand in its environment\n";
    for (const auto& [name, value] : request.environment)
        std::cout << "  " << name << '=' << value << '\n';
    if (!plan.batchScript.empty())
        std::cout << "by this script for sbatch\n" << plan.batchScript;
    if (!brought.empty())
        std::cout << "will be brought along: " << toText(brought) << '\n';
    if (!missing.empty())
        std::cout << "warning: " << missing << '\n';
    const Resources& resources = experiment.resources;
    std::cout << "on " << countText(resources.cpus, "CPU") << " and " << countText(resources.gpus, "GPU")
              << ", " << countText(resources.parallel, "trial") << " at a time. Nothing was started.\n";
}

} // namespace

ExitCode dryRun(const Invocation& invocation, const ExperimentSource& source)
{
    const Experiment& experiment = source.experiment;
    const Trial trial = firstTrial(experiment, source.baseDirectory);
    const Site site = findSite(experiment.site, source.baseDirectory);
    const SitePlan place = planOf(site, invocation.storeFile(), findTrainer());
    const TrialPlan plan = planTrial(site, place, experiment, trial, trial.created, source.baseDirectory);
    const Brought brought = site.isRemote() ? broughtFiles(experiment, source.baseDirectory) : Brought();
    const std::vector<std::string> missing = missingFiles(experiment, source.baseDirectory);
    if (invocation.json())
        printJson(plan, site, brought, missing);
    else
        print(plan, site, experiment, brought, missingText(missing));
    if (place.trainer.empty() && std::holds_alternative<BundledTrainer>(experiment.trial.program))
        throw Failure(Unsuccessful, missingTrainer(place.trainer));
    return Done;
}

} // namespace widthwise::ctl
