// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/checkpoints.h"
#include "core/experiment/duration_text.h"
#include "core/experiment/earlier_trials.h"
#include "core/experiment/experiment_file.h"
#include "core/experiment/line_pattern.h"
#include "core/experiment/yaml_writer.h"
#include "core/schedule/schedulers.h"
#include "core/search/algorithms.h"

#include <algorithm>

namespace widthwise {

namespace {

/// Gathers `{key: value, …}`.
class Flow {
public:
    void add(const std::string& key, const std::string& value)
    {
        m_text += (m_text.empty() ? "" : ", ") + std::string(key) + ": " + value;
    }
    std::string text() const { return "{" + m_text + "}"; }

private:
    std::string m_text;
};

/// Text of several lines in literal style where that keeps it to the letter, else quoted.
std::string blockText(const std::string& text, const std::string& indent)
{
    const bool plain = text.find('\n') != std::string::npos && text[0] != ' ' && text[0] != '\n' &&
                       !text.ends_with("\n\n") && text.find(" \n") == std::string::npos &&
                       text.back() != ' ' &&
                       std::ranges::all_of(text, [](char c) { return (c >= ' ' && c < 127) || c == '\n'; });
    if (!plain)
        return yamlText(text);
    std::string block = text.ends_with('\n') ? "|\n" : "|-\n";
    for (std::size_t start = 0; start < text.size();) {
        const std::size_t end = std::min(text.find('\n', start), text.size());
        block +=
            (end > start ? indent : "") + text.substr(start, end - start) + (end < text.size() ? "\n" : "");
        start = end + 1;
    }
    while (block.ends_with('\n'))
        block.pop_back();
    return block;
}

std::string objectiveText(const Objective& objective)
{
    Flow flow;
    flow.add("metric", yamlText(objective.metric));
    flow.add("direction", objective.direction == Direction::Minimize ? "minimize" : "maximize");
    flow.add("value", objective.value == ObjectiveValue::Best ? "best" : "last");
    if (objective.goal)
        flow.add("goal", yamlScalar(*objective.goal));
    return flow.text();
}

std::string collectorText(const Collector& collector)
{
    Flow flow;
    const auto addPattern = [&flow](const std::string& pattern) {
        if (pattern != defaultLinePattern)
            flow.add("pattern", yamlText(pattern));
    };
    if (const auto* output = std::get_if<StdoutCollector>(&collector)) {
        flow.add("collector", "stdout");
        addPattern(output->pattern);
    } else if (const auto* text = std::get_if<TextCollector>(&collector)) {
        flow.add("collector", "text");
        flow.add("file", yamlText(text->file));
        addPattern(text->pattern);
    } else {
        flow.add("collector", "csv");
        flow.add("file", yamlText(std::get<CsvCollector>(collector).file));
    }
    return flow.text();
}

std::string trialText(const TrialTemplate& trial)
{
    std::string text;
    if (const auto* trainer = std::get_if<BundledTrainer>(&trial.program))
        text = "  trainer: " + yamlFromJson(trainer->settings) + "\n";
    else
        text = "  command: " + blockText(std::get<CommandTemplate>(trial.program).command, "    ") + "\n";
    if (!std::holds_alternative<JsonLinesCollector>(trial.collector))
        text += "  metrics: " + collectorText(trial.collector) + "\n";
    if (!trial.environment.empty())
        text += "  environment:\n";
    for (const auto& [name, value] : trial.environment)
        text += "    " + yamlText(name) + ": " + yamlText(value) + "\n";
    return text;
}

std::string settingText(const Setting& setting, double value)
{
    return setting.kind == Setting::Kind::Integer ? std::to_string(static_cast<std::int64_t>(value))
                                                  : toText(Value(value));
}

void addSettings(Flow& flow, const std::vector<Setting>& settings, const SettingValues& values)
{
    for (const Setting& setting : settings)
        if (const auto set = values.find(setting.name); set != values.end())
            flow.add(setting.name, settingText(setting, set->second));
}

std::string searchText(const SearchSettings& search)
{
    Flow flow;
    flow.add("algorithm", search.algorithm);
    addSettings(flow, settingsBeside(searchAlgorithm(search.algorithm)), search.settings);
    if (!search.command.empty())
        flow.add("command", yamlText(search.command));
    if (search.warmStart == std::vector<std::string>{everyExperiment})
        flow.add("warm_start", "all");
    else if (!search.warmStart.empty())
        flow.add("warm_start", yamlList({search.warmStart.begin(), search.warmStart.end()}));
    std::string configurations;
    for (const Configuration& configuration : search.configurations)
        configurations += (configurations.empty() ? "" : ", ") + yamlFromJson(toJson(configuration));
    if (!configurations.empty())
        flow.add("configurations", '[' + configurations + ']');
    return flow.text();
}

std::string scheduleText(const SchedulerSettings& schedule)
{
    Flow flow;
    flow.add("type", schedule.type);
    addSettings(flow, settingsBeside(schedulerOf(schedule.type)), schedule.settings);
    return flow.text();
}

std::string fidelityText(const Fidelity& fidelity)
{
    std::string values;
    for (const std::int64_t value : fidelity.values)
        values += (values.empty() ? "" : ", ") + std::to_string(value);
    Flow flow;
    flow.add("kind", yamlText(fidelity.parameter));
    flow.add("values", '[' + values + ']');
    return flow.text();
}

std::string resourcesText(const Resources& resources)
{
    Flow flow;
    flow.add("parallel", std::to_string(resources.parallel));
    flow.add("cpus", std::to_string(resources.cpus));
    flow.add("gpus", std::to_string(resources.gpus));
    if (resources.nodes != 1)
        flow.add("nodes", std::to_string(resources.nodes));
    if (resources.timeLimit)
        flow.add("time_limit", durationToText(*resources.timeLimit));
    return flow.text();
}

std::string budgetText(const Budget& budget)
{
    Flow flow;
    if (budget.trials)
        flow.add("trials", std::to_string(*budget.trials));
    flow.add("failed_trials", std::to_string(budget.failedTrials));
    if (budget.wallTime)
        flow.add("wall_time", durationToText(*budget.wallTime));
    if (budget.deviceHours)
        flow.add("device_hours", yamlScalar(*budget.deviceHours));
    return flow.text();
}

} // namespace

std::string toYaml(const Experiment& experiment)
{
    std::string text = "name: " + yamlText(experiment.name) + "\n";
    if (!experiment.description.empty())
        text += "description: " + blockText(experiment.description, "  ") + "\n";
    text += "objective: " + objectiveText(experiment.objective) + "\n";
    text += "trial:\n" + trialText(experiment.trial);
    text += experiment.space.parameters().empty() ? "space: {}\n" : "space:\n";
    for (const Parameter& parameter : experiment.space.parameters())
        text += "  " + yamlParameter(parameter) + "\n";
    text += "search: " + searchText(experiment.search) + "\n";
    text += "schedule: " + scheduleText(experiment.schedule) + "\n";
    if (experiment.fidelity)
        text += "fidelity: " + fidelityText(*experiment.fidelity) + "\n";
    if (experiment.checkpoints != CheckpointKeeping::Needed)
        text += "checkpoints: " + std::string(toText(experiment.checkpoints)) + "\n";
    text += "site: " + yamlText(experiment.site) + "\n";
    text += "resources: " + resourcesText(experiment.resources) + "\n";
    text += "budget: " + budgetText(experiment.budget) + "\n";
    text += "seed: " + std::to_string(experiment.seed) + "\n";
    return experiment.search.earlier ? text + toYaml(*experiment.search.earlier) : text;
}

std::string toYaml(const std::vector<EarlierTrial>& trials)
{
    std::string text = trials.empty() ? "earlier: []\n" : "earlier:\n";
    for (const EarlierTrial& trial : trials) {
        Flow flow;
        flow.add("experiment", yamlText(trial.experiment));
        flow.add("trial", std::to_string(trial.trial));
        if (trial.rank)
            flow.add("rank", yamlScalar(*trial.rank));
        flow.add("configuration", yamlFromJson(toJson(trial.configuration)));
        text += "  - " + flow.text() + "\n";
    }
    return text;
}

} // namespace widthwise
