// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/experiment_file.h"

#include "core/experiment/checkpoints.h"
#include "core/experiment/earlier_trials.h"
#include "core/experiment/experiment_sections.h"
#include "core/experiment/program_words.h"
#include "core/schedule/schedulers.h"
#include "core/search/algorithms.h"
#include "core/space/name_rule.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <tuple>

namespace widthwise {

namespace {

using Names = std::vector<std::string>;

constexpr std::uintmax_t largestFile = 4 << 20; ///< bytes; an experiment file has a few thousand

std::string joined(const std::vector<FileProblem>& problems)
{
    std::string text;
    for (const FileProblem& problem : problems)
        text += (text.empty() ? "" : "\n") + problem.toText({});
    return text;
}

void readName(const YamlValue& value, std::string& name)
{
    name = value.filledText();
    if (const auto refusal = whyNotExperimentName(name))
        value.addProblem(*refusal);
}

Objective readObjective(const YamlValue& section)
{
    const YamlMap map(section, Names{"metric", "direction", "value", "goal"});
    Objective objective;
    if (const YamlValue* metric = map.require("metric"))
        objective.metric = metric->filledText();
    map.read("direction", objective.direction, [](const YamlValue& value) -> std::optional<Direction> {
        const auto name = value.oneOf(Names{"minimize", "maximize"});
        return name ? std::optional(*name == "minimize" ? Direction::Minimize : Direction::Maximize)
                    : std::nullopt;
    });
    map.read("value", objective.value, [](const YamlValue& value) -> std::optional<ObjectiveValue> {
        const auto name = value.oneOf(Names{"best", "last"});
        return name ? std::optional(*name == "best" ? ObjectiveValue::Best : ObjectiveValue::Last)
                    : std::nullopt;
    });
    map.read("goal", objective.goal, [](const YamlValue& value) { return value.number(); });
    return objective;
}

auto count(std::int64_t least, int most = INT32_MAX)
{
    return [least, most](const YamlValue& value) -> std::optional<int> {
        const auto integer = value.integer(least, most);
        return integer ? std::optional(static_cast<int>(*integer)) : std::nullopt;
    };
}

std::optional<Seconds> readDuration(const YamlValue& value)
{
    return value.duration();
}

Configuration readConfiguration(const YamlValue& item)
{
    Configuration configuration;
    for (const auto& [name, value] : item.entries())
        if (auto scalar = value.scalar())
            configuration.set(name, std::move(*scalar));
    return configuration;
}

std::optional<std::vector<Configuration>> readConfigurations(const YamlValue& list)
{
    std::vector<Configuration> configurations;
    for (const YamlValue& item : list.items())
        configurations.push_back(readConfiguration(item));
    return configurations;
}

/// The word `all`, a name, or a list of names.
std::optional<Names> readWarmStart(const YamlValue& value)
{
    if (value.isMap()) {
        value.addProblem("expected all, the name of an experiment or a list of names");
        return std::nullopt;
    }
    if (!value.isList()) {
        const std::string name = value.filledText();
        return Names{name == "all" ? everyExperiment : name};
    }
    Names names;
    for (const YamlValue& item : value.items()) {
        names.push_back(item.filledText());
        if (std::ranges::count(names, names.back()) > 1)
            item.addProblem(names.back() + " stands there twice");
    }
    return names;
}

std::optional<double> readRank(const YamlValue& value)
{
    const auto rank = value.number();
    if (rank && !(*rank >= 0 && *rank <= 1))
        value.addProblem("expected a number from 0 (the best of its experiment) to 1");
    return rank;
}

std::vector<EarlierTrial> readEarlier(const YamlValue& section)
{
    std::vector<EarlierTrial> trials;
    for (const YamlValue& item : section.items()) {
        const YamlMap map(item, Names{"experiment", "trial", "rank", "configuration"});
        EarlierTrial trial;
        map.read("experiment", trial.experiment, [](const YamlValue& value) { return value.text(); });
        map.read("trial", trial.trial, count(0));
        map.read("rank", trial.rank, readRank);
        if (const YamlValue* configuration = map.require("configuration"))
            trial.configuration = readConfiguration(*configuration);
        trials.push_back(std::move(trial));
    }
    return trials;
}

std::optional<double> readSetting(const YamlValue& value, const Setting& setting)
{
    if (setting.kind == Setting::Kind::Integer) {
        const auto integer = value.integer(static_cast<std::int64_t>(setting.lowest),
                                           static_cast<std::int64_t>(setting.highest));
        return integer ? std::optional(static_cast<double>(*integer)) : std::nullopt;
    }
    const auto number = value.number();
    if (const std::string problem = number ? whyNot(setting, *number) : ""; !problem.empty()) {
        value.addProblem(problem);
        return std::nullopt;
    }
    return number;
}

SettingValues readSettings(const YamlMap& map, const std::vector<Setting>& settings)
{
    SettingValues values;
    for (const Setting& setting : settings)
        if (const YamlValue* value = map.find(setting.name))
            if (const std::optional<double> number = readSetting(*value, setting))
                values[setting.name] = *number;
    return values;
}

std::optional<std::string> readSearchCommand(const YamlValue& value)
{
    const std::string command = value.filledText();
    try {
        if (!command.empty())
            programWords(command);
    } catch (const std::invalid_argument& error) {
        value.addProblem(error.what());
    }
    return command;
}

SearchSettings readSearch(const YamlValue& section)
{
    Names keys{"algorithm", "configurations", "command", "warm_start"};
    for (const Setting& setting : settingsBeside(searchAlgorithm(SearchSettings().algorithm)))
        keys.push_back(setting.name);
    const YamlMap map(section, keys);
    SearchSettings search;
    map.read("algorithm", search.algorithm,
             [](const YamlValue& value) { return value.oneOf(searchAlgorithmIds()); });
    search.settings = readSettings(map, settingsBeside(searchAlgorithm(search.algorithm)));
    map.read("configurations", search.configurations, readConfigurations);
    map.read("command", search.command, readSearchCommand);
    map.read("warm_start", search.warmStart, readWarmStart);
    return search;
}

SchedulerSettings readSchedule(const YamlValue& section)
{
    Names keys{"type"};
    for (const Setting& setting : settingsBeside(schedulerOf(SchedulerSettings().type)))
        keys.push_back(setting.name);
    const YamlMap map(section, keys);
    SchedulerSettings schedule;
    map.read("type", schedule.type, [](const YamlValue& value) { return value.oneOf(schedulerIds()); });
    schedule.settings = readSettings(map, settingsBeside(schedulerOf(schedule.type)));
    return schedule;
}

Fidelity readFidelity(const YamlValue& section)
{
    const YamlMap map(section, Names{"kind", "values"});
    Fidelity fidelity;
    if (const YamlValue* kind = map.require("kind"))
        fidelity.parameter = kind->filledText();
    if (const YamlValue* values = map.require("values")) {
        for (const YamlValue& item : values->items())
            if (const auto value = item.integer(1)) {
                if (!fidelity.values.empty() && *value <= fidelity.values.back())
                    item.addProblem("expected more than " + std::to_string(fidelity.values.back()) +
                                    ", the value before: rungs climb");
                fidelity.values.push_back(*value);
            }
        if (values->isList() && values->items().size() < 2)
            values->addKeyProblem("expected at least two values, as in values: [32, 64, 128]");
    }
    return fidelity;
}

std::optional<CheckpointKeeping> readKeeping(const YamlValue& value)
{
    const auto name = value.oneOf(checkpointKeepingIds());
    return name ? std::optional(checkpointKeepingOf(*name)) : std::nullopt;
}

Resources readResources(const YamlValue& section)
{
    const YamlMap map(section, Names{"parallel", "cpus", "gpus", "nodes", "time_limit"});
    Resources resources;
    map.read("parallel", resources.parallel, count(1));
    map.read("cpus", resources.cpus, count(1));
    map.read("gpus", resources.gpus, count(0));
    map.read("nodes", resources.nodes, count(1));
    map.read("time_limit", resources.timeLimit, readDuration);
    return resources;
}

Budget readBudget(const YamlValue& section)
{
    const YamlMap map(section, Names{"trials", "failed_trials", "wall_time", "device_hours"});
    Budget budget;
    map.read("trials", budget.trials, count(1));
    map.read("failed_trials", budget.failedTrials, count(0));
    map.read("wall_time", budget.wallTime, readDuration);
    map.read("device_hours", budget.deviceHours, [](const YamlValue& value) {
        const auto hours = value.number();
        if (hours && *hours <= 0)
            value.addProblem("expected a number of hours greater than 0");
        return hours;
    });
    return budget;
}

Experiment readSections(const YamlMap& root)
{
    Experiment experiment;
    const auto section = [&](const char* key, auto& target, auto read) {
        if (const YamlValue* value = root.find(key))
            target = read(*value);
    };
    if (const YamlValue* name = root.require("name"))
        readName(*name, experiment.name);
    root.read("description", experiment.description, [](const YamlValue& value) { return value.text(); });
    for (const char* key : {"objective", "trial", "space"})
        root.require(key);
    section("objective", experiment.objective, readObjective);
    section("trial", experiment.trial, readTrial);
    section("space", experiment.space, readSpace);
    section("search", experiment.search, readSearch);
    section("earlier", experiment.search.earlier, readEarlier);
    section("schedule", experiment.schedule, readSchedule);
    section("fidelity", experiment.fidelity, readFidelity);
    root.read("checkpoints", experiment.checkpoints, readKeeping);
    root.read("site", experiment.site, [](const YamlValue& value) { return value.text(); });
    section("resources", experiment.resources, readResources);
    section("budget", experiment.budget, readBudget);
    root.read("seed", experiment.seed, [](const YamlValue& value) { return value.seed(); });
    return experiment;
}

} // namespace

std::string FileProblem::toText(std::string_view file) const
{
    std::string text(file);
    if (line > 0)
        text += (text.empty() ? "" : ":") + std::to_string(line) + ":" + std::to_string(column);
    if (!text.empty())
        text += ": ";
    return text + (key.empty() ? "" : key + ": ") + message;
}

ExperimentFileError::ExperimentFileError(std::vector<FileProblem> problems)
    : std::runtime_error(joined(problems)), m_problems(std::move(problems))
{
}

ExperimentReading readExperiment(std::string_view yaml)
{
    ExperimentReading reading;
    try {
        const YamlValue document = yamlDocument(yaml, reading.problems);
        const YamlMap root(document, Names{"name", "description", "objective", "trial", "space", "search",
                                           "schedule", "fidelity", "checkpoints", "site", "resources",
                                           "budget", "seed", "earlier"});
        reading.experiment = readSections(root);
        checkExperiment(*reading.experiment, root);
        checkSchedule(*reading.experiment, root);
    } catch (const ExperimentFileError& error) {
        reading.problems = error.problems();
    }
    std::ranges::stable_sort(reading.problems, {},
                             [](const FileProblem& p) { return std::tuple(p.line, p.column); });
    return reading;
}

Experiment parseExperiment(std::string_view yaml)
{
    ExperimentReading reading = readExperiment(yaml);
    if (!reading.problems.empty())
        throw ExperimentFileError(std::move(reading.problems));
    return std::move(*reading.experiment);
}

std::string readTextFile(const std::string& path)
{
    const auto refuse = [&](const std::string& why) {
        throw ExperimentFileError({{0, 0, {}, "cannot read " + path + ": " + why}});
    };
    std::error_code error;
    if (std::filesystem::is_directory(path, error))
        refuse("it is a folder");
    std::ifstream file(path, std::ios::binary);
    if (!file)
        refuse(std::strerror(errno));
    std::string text;
    for (char buffer[1 << 16]; file.read(buffer, sizeof buffer), file.gcount() > 0;) {
        text.append(buffer, static_cast<std::size_t>(file.gcount()));
        if (text.size() > largestFile)
            refuse("it is larger than 4 MiB, which no experiment file is");
    }
    if (file.bad())
        refuse(std::strerror(errno));
    if (text.find('\0') != std::string::npos)
        refuse("it is not a text, as an experiment file is");
    return text;
}

} // namespace widthwise
