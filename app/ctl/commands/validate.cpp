// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/commands/commands.h"
#include "app/ctl/experiment_source.h"
#include "app/ctl/invocation.h"
#include "app/ctl/overview.h"
#include "app/ctl/progress_text.h"
#include "core/control/warm_start.h"
#include "core/host/local_host.h"
#include "core/launch/launch_plan.h"
#include "core/launch/slots.h"
#include "core/run/trainer_binary.h"
#include "core/site/brought_files.h"
#include "core/site/site.h"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <iostream>

namespace widthwise::ctl {

namespace {

using Json = nlohmann::ordered_json;

/// What may be wrong here without being wrong in the file.
std::string warningFor(const ExperimentSource& source, const Inventory& inventory)
{
    const Experiment& experiment = source.experiment;
    if (!source.warning.empty())
        return source.warning;
    if (std::holds_alternative<BundledTrainer>(experiment.trial.program) && findTrainer().empty())
        return missingTrainer({});
    try {
        const Site site = siteOf(experiment, source.baseDirectory);
        const bool here = !site.isRemote() && site.scheduler == Site::Scheduler::None;
        const std::string refusal = here ? Slots(inventory).refusal(experiment.resources) : std::string();
        return refusal.empty() ? missingText(missingFiles(experiment, source.baseDirectory)) : refusal;
    } catch (const ExperimentFileError& error) {
        return error.what();
    }
}

Json toJson(const ExperimentSource& source, const std::string& warning)
{
    Json problems = Json::array();
    for (const FileProblem& problem : source.problems)
        problems.push_back({{"line", problem.line},
                            {"column", problem.column},
                            {"key", problem.key},
                            {"message", problem.message}});
    Json object{{"file", source.path}, {"valid", source.problems.empty()}, {"problems", std::move(problems)}};
    if (!warning.empty())
        object["warning"] = warning;
    return object;
}

void print(const ExperimentSource& source, const std::string& warning)
{
    for (const FileProblem& problem : source.problems)
        std::cout << problem.toText(source.path) << '\n';
    if (source.problems.empty())
        std::cout << source.path << ": valid. " << source.experiment.name << ": "
                  << planText(source.experiment) << '\n';
    if (!warning.empty())
        std::cout << source.path << ": warning: " << warning << '\n';
}

/// Where there is a store: what the file says of the experiments in it.
void checkNames(const Invocation& invocation, ExperimentSource& source)
{
    std::error_code error;
    if (!source.problems.empty() || source.experiment.search.warmStart.empty() ||
        !std::filesystem::exists(invocation.storeFile(), error))
        return;
    const auto database = openStore(invocation, Database::Mode::ReadOnly);
    source.problems = unknownEarlier(*database, source.yaml);
}

ExitCode execute(const Invocation& invocation)
{
    const Inventory inventory = LocalHost().inventory();
    Json results = Json::array();
    bool allValid = true;
    for (std::size_t i = 0; i < invocation.count(); ++i) {
        ExperimentSource source = readExperiment(invocation.argument(i));
        checkNames(invocation, source);
        const bool valid = source.problems.empty();
        const std::string warning = valid ? warningFor(source, inventory) : std::string();
        allValid = allValid && valid;
        if (invocation.json())
            results.push_back(toJson(source, warning));
        else
            print(source, warning);
    }
    if (invocation.json())
        std::cout << results.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
    return allValid ? Done : BadUsage;
}

} // namespace

Subcommand validateCommand()
{
    return {"validate",
            "FILE...",
            "Check experiment files; print each problem with its line and how to fix it",
            "",
            "widthwisectl validate search.yaml",
            1,
            1000,
            {},
            execute};
}

} // namespace widthwise::ctl
