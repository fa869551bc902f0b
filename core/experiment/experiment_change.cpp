// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/experiment_change.h"

#include "core/experiment/checkpoints.h"
#include "core/experiment/duration_text.h"
#include "core/experiment/space_differences.h"
#include "core/experiment/yaml_reader.h"
#include "core/schedule/schedulers.h"
#include "core/search/algorithms.h"
#include "core/space/plain_number.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace widthwise {

namespace {

using Json = nlohmann::json;
using Path = std::vector<std::string>;

constexpr const char* otherwise = ": make a new experiment for it";
const std::string another =
    std::string("trials with another one could not be compared with those that there are") + otherwise;

std::string number(double value)
{
    return plainNumber(value);
}

std::string number(int value)
{
    return std::to_string(value);
}

template <class Number>
std::string orNone(const std::optional<Number>& value)
{
    return value ? number(*value) : "none";
}

std::string orNone(const std::optional<Seconds>& value)
{
    return value ? durationToText(*value) : "none";
}

/// Gathers what differs.
class Differences {
public:
    void compare(Path path, const std::string& before, const std::string& after, std::string refusal = {})
    {
        if (before != after)
            add(std::move(path), before + " → " + after, std::move(refusal));
    }
    void add(Path path, const std::string& text, std::string refusal = {})
    {
        std::string key;
        for (const std::string& part : path)
            key += (key.empty() ? "" : ".") + part;
        m_all.push_back({std::move(path), key + ": " + text, std::move(refusal)});
    }
    std::vector<Difference> take() { return std::move(m_all); }

private:
    std::vector<Difference> m_all;
};

void compareObjective(Differences& all, const Objective& before, const Objective& after)
{
    all.compare({"objective", "metric"}, before.metric, after.metric, another);
    const auto direction = [](const Objective& objective) {
        return objective.direction == Direction::Minimize ? "minimize" : "maximize";
    };
    const auto value = [](const Objective& objective) {
        return objective.value == ObjectiveValue::Best ? "best" : "last";
    };
    all.compare({"objective", "direction"}, direction(before), direction(after), another);
    all.compare({"objective", "value"}, value(before), value(after), another);
    all.compare({"objective", "goal"}, orNone(before.goal), orNone(after.goal));
}

void compareTrainers(Differences& all, const BundledTrainer& before, const BundledTrainer& after)
{
    const Json from = Json::parse(before.settings), to = Json::parse(after.settings);
    std::set<std::string> keys;
    for (const Json& settings : {from, to})
        for (const auto& [key, value] : settings.items())
            keys.insert(key);
    for (const std::string& key : keys) {
        const auto shown = [&key](const Json& settings) {
            return settings.contains(key) ? settings.at(key).dump() : "its default";
        };
        all.compare({"trial", "trainer", key}, shown(from), shown(to), another);
    }
}

void compareTrials(Differences& all, const TrialTemplate& before, const TrialTemplate& after)
{
    const auto* from = std::get_if<BundledTrainer>(&before.program);
    const auto* to = std::get_if<BundledTrainer>(&after.program);
    if (from && to)
        compareTrainers(all, *from, *to);
    else if (from || to)
        all.add({"trial"}, "another kind of program", another);
    else if (before.program != after.program)
        all.add({"trial", "command"}, "it differs", another);
    if (before.collector != after.collector)
        all.add({"trial", "metrics"}, "they differ", another);
    if (before.environment != after.environment)
        all.add({"trial", "environment"}, "it differs", another);
}

void compareSettings(Differences& all, const std::string& section, const std::vector<Setting>& settings,
                     const SettingValues& before, const SettingValues& after, const std::string& refusal = {})
{
    const auto shown = [](const SettingValues& values, const Setting& setting) {
        const auto set = values.find(setting.name);
        return set == values.end() ? "its default" : number(set->second);
    };
    for (const Setting& setting : settings)
        all.compare({section, setting.name}, shown(before, setting), shown(after, setting), refusal);
}

/// Who belongs to a population, and who was copied from whom, is of its beginning.
void compareSchedules(Differences& all, const SchedulerSettings& before, const SchedulerSettings& after)
{
    const bool copies = schedulerOf(before.type).copies || schedulerOf(after.type).copies;
    const std::string refusal =
        copies ? std::string("a population trains as it was started") + otherwise : std::string();
    all.compare({"schedule", "type"}, before.type, after.type, refusal);
    compareSettings(all, "schedule", settingsBeside(schedulerOf(after.type)), before.settings, after.settings,
                    before.type == after.type ? refusal : std::string());
}

/// Those at the beginning have been run, or are about to be.
void compareConfigurations(Differences& all, const std::vector<Configuration>& before,
                           const std::vector<Configuration>& after)
{
    const auto same = std::ranges::mismatch(before, after);
    if (same.in1 != before.end())
        all.add({"search", "configurations"}, "they differ",
                "those that were there come first: add others behind them");
    else if (same.in2 != after.end())
        all.add({"search", "configurations"}, std::to_string(after.end() - same.in2) + " more than the " +
                                                  std::to_string(before.size()) + " before");
}

void compareResources(Differences& all, const Resources& before, const Resources& after)
{
    const std::string counted = std::string("what the experiment has cost is counted by it") + otherwise;
    all.compare({"resources", "parallel"}, number(before.parallel), number(after.parallel));
    all.compare({"resources", "cpus"}, number(before.cpus), number(after.cpus), counted);
    all.compare({"resources", "gpus"}, number(before.gpus), number(after.gpus), counted);
    all.compare({"resources", "nodes"}, number(before.nodes), number(after.nodes), counted);
    all.compare({"resources", "time_limit"}, orNone(before.timeLimit), orNone(after.timeLimit));
}

void compareBudget(Differences& all, const Budget& before, const Budget& after)
{
    all.compare({"budget", "trials"}, orNone(before.trials), orNone(after.trials));
    all.compare({"budget", "failed_trials"}, number(before.failedTrials), number(after.failedTrials));
    all.compare({"budget", "wall_time"}, orNone(before.wallTime), orNone(after.wallTime));
    all.compare({"budget", "device_hours"}, orNone(before.deviceHours), orNone(after.deviceHours));
}

/// A problem where the refused thing stands, or the innermost of the mappings that should hold it.
void refuse(const YamlValue& root, const Difference& difference)
{
    YamlValue place = root;
    bool isThere = true;
    for (const std::string& key : difference.path) {
        const auto entries =
            place.isMap() ? place.entries() : std::vector<std::pair<std::string, YamlValue>>();
        const auto next = std::ranges::find(entries, key, [](const auto& entry) { return entry.first; });
        isThere = next != entries.end();
        if (!isThere)
            break;
        place = YamlValue(next->second);
    }
    const std::string text =
        difference.text.substr(difference.text.find(": ") + 2) + ": " + difference.refusal;
    place.addKeyProblem(isThere ? text : difference.text + ": " + difference.refusal);
}

} // namespace

std::vector<Difference> differences(const Experiment& before, const Experiment& after)
{
    Differences all;
    all.compare({"name"}, before.name, after.name, "its trials lie in a folder of that name: keep it");
    if (before.description != after.description)
        all.add({"description"}, "it differs");
    compareObjective(all, before.objective, after.objective);
    compareTrials(all, before.trial, after.trial);
    for (SpaceDifference& difference : spaceDifferences(before.space, after.space))
        all.add(std::move(difference.path), difference.text, std::move(difference.refusal));
    all.compare({"search", "algorithm"}, before.search.algorithm, after.search.algorithm);
    if (before.search.command != after.search.command)
        all.add({"search", "command"}, "it differs");
    if (before.search.warmStart != after.search.warmStart || before.search.earlier != after.search.earlier)
        all.add({"search", "warm_start"}, "it differs",
                std::string("what it takes from earlier experiments was taken when it began") + otherwise);
    compareSettings(all, "search", settingsBeside(searchAlgorithm(after.search.algorithm)),
                    before.search.settings, after.search.settings);
    compareConfigurations(all, before.search.configurations, after.search.configurations);
    compareSchedules(all, before.schedule, after.schedule);
    if (before.fidelity != after.fidelity)
        all.add({"fidelity"}, "it differs", std::string("rungs of other sizes are others") + otherwise);
    all.compare({"checkpoints"}, std::string(toText(before.checkpoints)),
                std::string(toText(after.checkpoints)));
    all.compare({"site"}, before.site, after.site, std::string("its trials lie there") + otherwise);
    compareResources(all, before.resources, after.resources);
    compareBudget(all, before.budget, after.budget);
    all.compare({"seed"}, std::to_string(before.seed), std::to_string(after.seed),
                std::string("what was chosen follows from it") + otherwise);
    return all.take();
}

ChangeReading readChange(std::string_view before, std::string_view after)
{
    ChangeReading change;
    ExperimentReading reading = readExperiment(after);
    change.problems = std::move(reading.problems);
    if (!reading.experiment)
        return change;
    std::vector<FileProblem> refusals;
    const YamlValue root = yamlDocument(after, refusals);
    for (const Difference& difference : differences(parseExperiment(before), *reading.experiment)) {
        if (difference.refusal.empty())
            change.changes.push_back(difference.text);
        else
            refuse(root, difference);
    }
    if (change.problems.empty())
        change.problems = std::move(refusals);
    if (change.problems.empty())
        change.experiment = std::move(reading.experiment);
    return change;
}

std::string toJson(const std::vector<RecordedChange>& changes)
{
    if (changes.empty())
        return {};
    Json list = Json::array();
    for (const RecordedChange& change : changes)
        list.push_back({{"time", change.time.time_since_epoch().count()}, {"texts", change.texts}});
    return list.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::vector<RecordedChange> changesFromJson(std::string_view json)
{
    std::vector<RecordedChange> changes;
    const Json list = Json::parse(json, nullptr, false);
    if (list.is_array())
        for (const Json& change : list)
            try {
                changes.push_back(
                    {TimePoint(std::chrono::milliseconds(change.at("time").get<std::int64_t>())),
                     change.at("texts").get<std::vector<std::string>>()});
            } catch (const Json::exception&) {
            }
    return changes;
}

} // namespace widthwise
