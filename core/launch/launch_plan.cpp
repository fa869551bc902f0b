// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/launch/launch_plan.h"

#include "core/experiment/command_template.h"
#include "core/experiment/rungs.h"
#include "core/host/shell.h"
#include "core/launch/metrics_collector.h"
#include "core/launch/trial_directory.h"
#include "core/schedule/schedulers.h"

#include <algorithm>
#include <climits>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace widthwise {

namespace {

using Json = nlohmann::ordered_json;

std::string trialId(const Experiment& experiment, const Trial& trial)
{
    return experiment.name + '/' + std::to_string(trial.number);
}

/// The bundled trainer has a worker for each process; those that it is not given are one for each node.
void setWorkers(Json& config, int nodes)
{
    if (nodes == 1)
        return;
    const Json& given = config.emplace("workers", nodes).first.value();
    if (!given.is_number_integer() || given <= 0 || given > INT_MAX || given.get<int>() % nodes != 0)
        throw std::invalid_argument("workers is " + given.dump() + " but resources.nodes is " +
                                    std::to_string(nodes) +
                                    ", and each node has as many: take a multiple, or leave workers out");
}

/// The trainer's settings with the configuration's values over them.
Json configOf(const Experiment& experiment, const Trial& trial)
{
    Json config = Json::object();
    if (const auto* trainer = std::get_if<BundledTrainer>(&experiment.trial.program)) {
        config = Json::parse(trainer->settings, nullptr, false);
        if (!config.is_object())
            throw std::invalid_argument("the settings under trial.trainer are not a mapping");
    }
    config.update(Json::parse(toJson(trial.configuration)));
    if (std::holds_alternative<BundledTrainer>(experiment.trial.program))
        setWorkers(config, experiment.resources.nodes);
    config["widthwise"] = {
        {"experiment", experiment.name}, {"trial", trial.number}, {"attempt", trial.attempt}};
    if (trial.untilStep)
        config["widthwise"]["until_step"] = *trial.untilStep;
    return config;
}

int tasksOf(const Experiment& experiment, const Json& config)
{
    const int nodes = experiment.resources.nodes;
    const bool bundled = std::holds_alternative<BundledTrainer>(experiment.trial.program);
    return bundled && nodes > 1 ? config.at("workers").get<int>() : nodes;
}

/// Where what another trial left for this one lies by the time its program runs; empty: nowhere.
std::string startFolder(const LaunchPlace& place)
{
    return place.startFrom.empty() ? "" : place.trialDirectory + '/' + std::string(trial_file::start);
}

std::string commandLine(const Experiment& experiment, const Trial& trial, const LaunchPlace& place)
{
    const auto* program = std::get_if<CommandTemplate>(&experiment.trial.program);
    if (!program)
        return shellQuoted(place.trainer.empty() ? "widthwise-trainer" : place.trainer) + " train --config " +
               std::string(trial_file::config);
    return fillCommand(program->command, [&](std::string_view name) -> std::optional<std::string> {
        if (const Value* value = trial.configuration.find(name))
            return toText(*value);
        if (name == "trial_dir")
            return place.trialDirectory;
        if (name == "trial")
            return std::to_string(trial.number);
        if (name == "attempt")
            return std::to_string(trial.attempt);
        if (name == "experiment_dir")
            return place.baseDirectory;
        if (name == "start_from")
            return startFolder(place);
        if (name == "until_step")
            return std::to_string(trial.untilStep.value_or(0));
        return std::nullopt;
    });
}

std::vector<std::pair<std::string, std::string>> environment(const Experiment& experiment, const Trial& trial,
                                                             const LaunchPlace& place, int tasks)
{
    const Resources& resources = experiment.resources;
    const std::string threads = std::to_string(std::max(1, resources.cpus * resources.nodes / tasks));
    std::vector<std::pair<std::string, std::string>> variables{
        {"WIDTHWISE_TRIAL_DIR", place.trialDirectory},
        {"WIDTHWISE_TRIAL_ID", trialId(experiment, trial)},
        {"WIDTHWISE_TRIAL", std::to_string(trial.number)},
        {"WIDTHWISE_ATTEMPT", std::to_string(trial.attempt)},
        {"WIDTHWISE_EXPERIMENT", experiment.name},
        {"WIDTHWISE_EXPERIMENT_DIR", place.baseDirectory},
        {"OMP_NUM_THREADS", threads},
        {"OPENBLAS_NUM_THREADS", threads},
        {"OMP_WAIT_POLICY", "PASSIVE"},
    };
    if (trial.continues)
        variables.emplace_back("WIDTHWISE_CHECKPOINT",
                               place.trialDirectory + '/' + std::string(trial_file::checkpoint));
    if (!place.startFrom.empty())
        variables.emplace_back("WIDTHWISE_START_FROM", startFolder(place));
    if (trial.untilStep)
        variables.emplace_back("WIDTHWISE_UNTIL_STEP", std::to_string(*trial.untilStep));
    variables.insert(variables.end(), experiment.trial.environment.begin(),
                     experiment.trial.environment.end());
    return variables;
}

} // namespace

LaunchRequest planLaunch(const Experiment& experiment, const Trial& trial, const LaunchPlace& place)
{
    const Json config = configOf(experiment, trial);
    LaunchRequest request;
    request.trial = trial.number;
    request.attempt = trial.attempt;
    request.continues = trial.continues;
    request.directory = place.trialDirectory;
    request.command = commandLine(experiment, trial, place);
    request.container = place.container;
    request.config = config.dump(2) + '\n';
    request.startFrom = place.startFrom;
    if (trial.untilStep && schedulerOf(experiment.schedule.type).copies)
        request.keep = keptCheckpoint(*trial.untilStep);
    request.tasks = tasksOf(experiment, config);
    request.metricsFile = metricsFile(experiment.trial.collector);
    request.environment = environment(experiment, trial, place, request.tasks);
    request.resources = experiment.resources;
    return request;
}

std::string inContainer(const std::string& container, const std::string& command)
{
    return container.empty() ? command : container + " sh -c " + shellQuoted(command);
}

std::string missingTrainer(const std::string& trainer)
{
    const std::string fix =
        "build it with LibTorch present (packaging/run), or set WIDTHWISE_TRAINER to its path";
    if (trainer.empty())
        return "the program widthwise-trainer was not found, neither beside this program nor in PATH: " + fix;
    return "the trainer " + trainer + " does not exist or is not a program: " + fix;
}

} // namespace widthwise
