// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exports/exports.h"

#include "core/experiment/command_template.h"
#include "core/experiment/ranking.h"
#include "core/experiment/trial_settings.h"
#include "core/experiment/yaml_writer.h"
#include "core/space/nearest.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <stdexcept>

namespace widthwise {

namespace {

using Json = nlohmann::ordered_json;

Json originOf(const Experiment& experiment, const Trial& trial)
{
    Json origin = {{"experiment", experiment.name},
                   {"trial", trial.number},
                   {"state", toText(trial.state)},
                   {"seed", experiment.seed}};
    if (trial.objective)
        origin["objective"] = {{"metric", experiment.objective.metric}, {"value", *trial.objective}};
    if (trial.objective && trial.objectiveStep)
        origin["objective"]["step"] = *trial.objectiveStep;
    return origin;
}

Json settingsWithOrigin(const Experiment& experiment, const Trial& trial)
{
    Json json = Json::parse(trialSettings(experiment, trial.configuration));
    json["widthwise"] = originOf(experiment, trial);
    return json;
}

std::string yamlExport(const Experiment& experiment, const Trial& trial)
{
    const Json settings = settingsWithOrigin(experiment, trial);
    std::string text;
    for (const auto& [name, value] : settings.items())
        text += yamlText(name) + ": " + yamlFromJson(value.dump()) + "\n";
    return text;
}

std::optional<std::string> commandValue(const Trial& trial, std::string_view name)
{
    if (name == "trial")
        return std::to_string(trial.number);
    if (name == "attempt")
        return std::to_string(trial.attempt);
    if (name == "start_from")
        return "";
    if (name == "until_step")
        return "0";
    if (name == "trial_dir" || name == "experiment_dir")
        return ".";
    const Value* value = trial.configuration.find(name);
    return value ? std::optional(toText(*value)) : std::nullopt;
}

/// The experiment's folder is where the command is meant to be run.
std::string commandExport(const Experiment& experiment, const Trial& trial)
{
    std::string text;
    for (const auto& [name, value] : experiment.trial.environment)
        text += fillCommand("export " + name + "={value}\n", [&](std::string_view) { return value; });
    if (const auto* command = std::get_if<CommandTemplate>(&experiment.trial.program)) {
        text +=
            fillCommand(command->command, [&](std::string_view name) { return commandValue(trial, name); });
        return text.ends_with('\n') ? text : text + '\n';
    }
    const std::string settings = settingsWithOrigin(experiment, trial).dump();
    return text +
           fillCommand("printf %s {settings} > config.json && widthwise-trainer train --config config.json\n",
                       [&](std::string_view) { return settings; });
}

} // namespace

const std::vector<std::string>& exportFormats()
{
    static const std::vector<std::string> names{"yaml", "json", "command"};
    return names;
}

ExportFormat exportFormatFromText(std::string_view text)
{
    const auto& names = exportFormats();
    const auto found = std::ranges::find(names, text);
    if (found == names.end())
        throw std::invalid_argument("unknown export format \"" + std::string(text) + "\"" +
                                    suggestion(text, names) + "; expected yaml, json or command");
    return static_cast<ExportFormat>(found - names.begin());
}

std::string whyNotExported(const Trial& trial)
{
    if (!failedOrDiverged(trial))
        return {};
    const std::string what = trial.state == TrialState::Failed ? " failed" : " diverged";
    return "trial " + std::to_string(trial.number) + what + (trial.reason.empty() ? "" : ": " + trial.reason);
}

std::string exportTrial(const Experiment& experiment, const Trial& trial, ExportFormat format)
{
    switch (format) {
    case ExportFormat::Yaml:
        return yamlExport(experiment, trial);
    case ExportFormat::Json:
        return settingsWithOrigin(experiment, trial).dump(2) + "\n";
    case ExportFormat::CommandLine:
        return commandExport(experiment, trial);
    }
    throw std::invalid_argument("unknown export format");
}

} // namespace widthwise
