// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/command_template.h"
#include "core/experiment/experiment_sections.h"
#include "core/experiment/line_pattern.h"
#include "core/search/algorithms.h"
#include "core/search/list_search.h"
#include "core/space/nearest.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace widthwise {

namespace {

using Json = nlohmann::ordered_json;
using Names = std::vector<std::string>;

Json settingsJson(const YamlValue& value)
{
    if (value.isMap()) {
        Json json = Json::object();
        for (const auto& [name, entry] : value.entries())
            json[name] = settingsJson(entry);
        return json;
    }
    if (value.isList()) {
        Json json = Json::array();
        for (const YamlValue& item : value.items())
            json.push_back(settingsJson(item));
        return json;
    }
    if (value.isNull())
        return nullptr;
    const Value scalar = value.scalar().value_or(false);
    if (const auto* number = std::get_if<double>(&scalar); number && !std::isfinite(*number))
        value.addProblem("expected a finite number, got " + toText(scalar));
    return std::visit([](const auto& plain) { return Json(plain); }, scalar);
}

void readTrainer(const YamlValue& value, TrialTemplate& trial)
{
    if (!value.isMap())
        value.addProblem("expected the trainer's settings, as in {model: gn2, width: 64}");
    else
        trial.program = BundledTrainer{settingsJson(value).dump()};
}

void readCommand(const YamlValue& value, TrialTemplate& trial)
{
    CommandTemplate command{value.filledText()};
    for (const CommandProblem& problem : commandProblems(command.command))
        value.addProblemWithin('{', problem.brace, problem.message);
    trial.program = std::move(command);
}

std::string readPattern(const YamlMap& map)
{
    const YamlValue* value = map.find("pattern");
    if (!value)
        return defaultLinePattern;
    const std::string pattern = value->filledText();
    try {
        const LinePattern tried(pattern);
    } catch (const std::invalid_argument& error) {
        value->addProblem(error.what());
    }
    return pattern;
}

std::string readMetricsFile(const YamlMap& map)
{
    const YamlValue* value = map.require("file");
    if (!value)
        return {};
    const std::string file = value->filledText();
    if (file.starts_with('/') || file.find("..") != std::string::npos)
        value->addProblem("expected a path inside the trial directory");
    return file;
}

Collector readCollector(const YamlValue& section)
{
    const YamlMap map(section, Names{"collector", "pattern", "file"});
    std::string kind = "jsonl";
    const YamlValue* collector = map.require("collector");
    if (collector)
        kind = collector->oneOf(Names{"jsonl", "stdout", "text", "csv"}).value_or("");
    if (const YamlValue* pattern = map.find("pattern"); pattern && kind != "stdout" && kind != "text")
        pattern->addKeyProblem("a pattern is for the collector stdout or text");
    if (const YamlValue* file = map.find("file"); file && kind != "csv" && kind != "text")
        file->addKeyProblem("a file is for the collector csv or text");
    if (kind == "stdout")
        return StdoutCollector{readPattern(map)};
    if (kind == "text")
        return TextCollector{readPattern(map), readMetricsFile(map)};
    if (kind == "csv")
        return CsvCollector{readMetricsFile(map)};
    return JsonLinesCollector{};
}

bool isVariableName(std::string_view name)
{
    return !name.empty() &&
           name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789") ==
               std::string_view::npos &&
           !(name[0] >= '0' && name[0] <= '9');
}

void readEnvironment(const YamlValue& section, TrialTemplate& trial)
{
    for (const auto& [name, value] : section.entries()) {
        if (!isVariableName(name))
            value.addKeyProblem("expected the name of an environment variable: letters, digits and _");
        else if (name.starts_with("WIDTHWISE_"))
            value.addKeyProblem("variables that begin with WIDTHWISE_ are set by Widthwise itself");
        const std::string text = value.text().value_or("");
        if (text.find('\0') != std::string::npos)
            value.addProblem("a NUL, which no environment variable can hold");
        trial.environment.emplace_back(name, text);
    }
}

bool hasNul(const Value& value)
{
    const auto* text = std::get_if<std::string>(&value);
    return text && text->find('\0') != std::string::npos;
}

bool mayHaveNul(const Parameter& parameter)
{
    if (const auto* fixed = std::get_if<FixedValue>(&parameter.domain))
        return hasNul(fixed->value);
    const auto* choices = std::get_if<Choices>(&parameter.domain);
    return choices && std::ranges::any_of(choices->values, hasNul);
}

void checkPlaceholders(const Experiment& experiment, const CommandTemplate& command, const YamlValue& value)
{
    Names known = commandVariables();
    for (const Parameter& parameter : experiment.space.parameters())
        known.push_back(parameter.name);
    Names names;
    try {
        names = placeholders(command.command);
    } catch (const std::invalid_argument&) {
        return; // told where it was read
    }
    const auto isConditional = [&](std::string_view name) {
        const Parameter* parameter = experiment.space.find(name);
        return parameter && parameter->when.has_value();
    };
    for (const CommandProblem& problem : absenceProblems(command.command, isConditional))
        value.addProblemWithin('{', problem.brace, problem.message);
    for (const std::string& name : names)
        if (std::ranges::count(known, name) == 0)
            value.addProblem("{" + name + "} names no parameter of the space" + suggestion(name, known) +
                             "; write {{" + name + "}} for plain braces");
        else if (const Parameter* parameter = experiment.space.find(name);
                 parameter && mayHaveNul(*parameter))
            value.addProblem("a value of " + name + " has a NUL in it, which no command can hold");
}

bool limitsTheSearch(const YamlValue& budget)
{
    return budget.isMap() && std::ranges::any_of(budget.entries(), [](const auto& entry) {
               return entry.first == "trials" || entry.first == "wall_time" || entry.first == "device_hours";
           });
}

void checkReservedNames(const YamlValue& space)
{
    Names reserved = commandVariables();
    reserved.emplace_back("widthwise");
    for (const auto& [name, value] : space.entries())
        if (std::ranges::count(reserved, name) > 0)
            value.addKeyProblem("this name is taken by Widthwise itself: choose another");
}

void checkSearchable(const Experiment& experiment, const YamlValue& search)
{
    const std::string problem =
        whyNotSearched(searchAlgorithm(experiment.search.algorithm), experiment.space);
    if (problem.empty())
        return;
    for (const auto& [key, value] : search.entries())
        if (key == "algorithm")
            value.addProblem(problem);
}

void checkProgram(const Experiment& experiment, const YamlValue& search)
{
    const auto entries = search.entries();
    const bool isThere =
        std::ranges::any_of(entries, [](const auto& entry) { return entry.first == "command"; });
    if (isExternal(experiment.search) && !isThere)
        search.addKeyProblem("an external search asks a program: give command, as in command: python3 "
                             "my_sampler.py");
}

void checkWarmStart(const Experiment& experiment, const YamlValue& search)
{
    if (!endsByItself(experiment.search))
        return;
    for (const auto& [key, value] : search.entries())
        if (key == "warm_start")
            value.addKeyProblem("the " + experiment.search.algorithm +
                                " is the same whatever is known: leave this out, or take another algorithm");
}

/// Each configuration that is listed must be one of the space.
void checkConfigurations(const Experiment& experiment, const YamlValue& search)
{
    const bool wanted = isListed(experiment.search);
    const YamlValue* list = nullptr;
    const auto entries = search.entries();
    for (const auto& [key, value] : entries)
        if (key == "configurations")
            list = &value;
    if (wanted && experiment.search.configurations.empty())
        search.addKeyProblem(
            "a list needs configurations, as in configurations: [{max_lr: 0.01}, {max_lr: 0.02}]");
    if (list && gridPoints(experiment.search))
        list->addKeyProblem(
            "a grid runs all of its combinations anyway: leave this out, or take another algorithm");
    if (!list || !list->isList())
        return;
    const std::vector<YamlValue> items = list->items();
    for (std::size_t i = 0; i < items.size(); ++i)
        try {
            completed(experiment.space, experiment.search.configurations[i]);
        } catch (const std::invalid_argument& error) {
            items[i].addProblem(error.what());
        }
}

} // namespace

TrialTemplate readTrial(const YamlValue& section)
{
    const YamlMap map(section, Names{"trainer", "command", "metrics", "environment"});
    TrialTemplate trial;
    const YamlValue* trainer = map.find("trainer");
    const YamlValue* command = map.find("command");
    const YamlValue* metrics = map.find("metrics");
    if (trainer && command)
        command->addKeyProblem("expected trainer or command, not both");
    else if (!trainer && !command && section.isMap())
        section.addKeyProblem("expected trainer (a bundled model) or command (any program)");
    if (trainer)
        readTrainer(*trainer, trial);
    else if (command)
        readCommand(*command, trial);
    if (trainer && metrics)
        metrics->addKeyProblem("the bundled trainer writes its metrics itself: leave this out");
    else if (metrics)
        trial.collector = readCollector(*metrics);
    if (const YamlValue* environment = map.find("environment"))
        readEnvironment(*environment, trial);
    return trial;
}

void checkExperiment(const Experiment& experiment, const YamlMap& root)
{
    const YamlValue* trial = root.find("trial");
    const auto* command = std::get_if<CommandTemplate>(&experiment.trial.program);
    if (trial && trial->isMap() && command)
        for (const auto& [key, value] : trial->entries())
            if (key == "command")
                checkPlaceholders(experiment, *command, value);
    if (const YamlValue* space = root.find("space"); space && space->isMap())
        checkReservedNames(*space);
    if (const YamlValue* search = root.find("search");
        search && search->isMap() && experiment.space.problems().empty()) {
        checkConfigurations(experiment, *search);
        checkProgram(experiment, *search);
        checkWarmStart(experiment, *search);
        checkSearchable(experiment, *search);
    }
    const YamlValue* budget = root.find("budget");
    if (!budget && root.hasUnknownKeys())
        return; // one of them may have been meant as the budget
    if (!endsByItself(experiment.search) && !(budget && limitsTheSearch(*budget))) {
        const std::string message =
            "the search algorithm " + experiment.search.algorithm +
            " has no end of its own: give budget.trials, budget.wall_time or budget.device_hours";
        if (const YamlValue* place = budget ? budget : root.find("search"))
            place->addKeyProblem(message);
        else
            root.addProblem(message);
    }
}

} // namespace widthwise
