// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/warm_start.h"

#include "core/experiment/earlier_trials.h"
#include "core/experiment/experiment_file.h"
#include "core/experiment/yaml_reader.h"
#include "core/space/nearest.h"
#include "core/store/trials.h"

#include <algorithm>

namespace widthwise {

namespace {

constexpr std::size_t mostTrials =
    200; ///< of all experiments: more would tell an algorithm little, and fill the text
constexpr std::string_view heading =
    "# Taken from earlier experiments when this one began (search.warm_start):";

std::string withLineEnd(std::string_view text)
{
    return std::string(text) + (text.ends_with('\n') ? "" : "\n");
}

std::optional<Experiment> readable(const ExperimentRecord& record)
{
    try {
        return experimentOf(record);
    } catch (const ExperimentFileError&) {
        return std::nullopt;
    }
}

/// At the names in the text that none of these has.
std::vector<FileProblem> unknownNames(const Experiment& experiment, const std::string& yaml,
                                      const std::vector<ExperimentRecord>& all)
{
    const std::vector<std::string>& names = experiment.search.warmStart;
    std::vector<std::string> known;
    for (const ExperimentRecord& other : all)
        known.push_back(other.name);
    const auto check = [&](const YamlValue& place, const std::string& name) {
        if (std::ranges::find(known, name) == known.end())
            place.addProblem("there is no earlier experiment \"" + name + "\" in this store" +
                             suggestion(name, known));
    };
    std::vector<FileProblem> problems;
    for (const auto& [section, search] : yamlDocument(yaml, problems).entries())
        if (section == "search")
            for (const auto& [key, value] : search.entries())
                for (std::size_t i = 0; key == "warm_start" && i < names.size(); ++i)
                    check(value.isList() ? value.items()[i] : value, names[i]);
    return problems;
}

bool takesAll(const Experiment& experiment)
{
    return experiment.search.warmStart == std::vector<std::string>{everyExperiment};
}

/// Those that the experiment names, or all that are there before it.
std::vector<ExperimentRecord> sourcesOf(const Experiment& experiment, const ExperimentRecord& record,
                                        std::vector<ExperimentRecord> all)
{
    std::erase_if(all, [&](const ExperimentRecord& other) { return other.id == record.id; });
    if (takesAll(experiment)) {
        std::erase_if(all, [&](const ExperimentRecord& other) {
            const std::optional<Experiment> earlier = readable(other);
            return !earlier || !sharesParameter(experiment.space, earlier->space);
        });
        return all;
    }
    if (std::vector<FileProblem> problems = unknownNames(experiment, record.yaml, all); !problems.empty())
        throw ExperimentFileError(std::move(problems));
    std::vector<ExperimentRecord> sources;
    for (const std::string& name : experiment.search.warmStart)
        sources.push_back(*std::ranges::find(all, name, &ExperimentRecord::name));
    return sources;
}

std::vector<Trial> trialsOf(Database& database, std::int64_t experiment)
{
    std::vector<Trial> trials;
    for (TrialRecord& record : Trials(database).all(experiment))
        trials.push_back(std::move(record.trial));
    return trials;
}

std::string noteOn(const std::string& name, const EarlierTrials& found)
{
    std::string note = name + ": " + std::to_string(found.trials.size()) + " of " +
                       std::to_string(found.ended) +
                       (found.ended == 1 ? " trial that has ended" : " trials that have ended");
    for (const auto& [reason, count] : found.refused)
        note += "; " + std::to_string(count) + " not: " + reason;
    return note;
}

} // namespace

ExperimentRecord withEarlierTrials(Database& database, ExperimentRecord record)
{
    const std::optional<Experiment> experiment = readable(record);
    if (!experiment || experiment->search.warmStart.empty() || experiment->search.earlier)
        return record; // whoever drives it says what is wrong with its text
    const std::vector<ExperimentRecord> sources = sourcesOf(*experiment, record, Experiments(database).all());
    std::vector<EarlierTrial> taken;
    std::string text(heading);
    for (const ExperimentRecord& source : sources) {
        const std::optional<Experiment> earlier = readable(source);
        if (!earlier) {
            text += "\n#   " + source.name + ": none, as its text has errors";
            continue;
        }
        const EarlierTrials found = earlierTrials(*earlier, trialsOf(database, source.id), experiment->space,
                                                  mostTrials / sources.size());
        text += "\n#   " + noteOn(source.name, found);
        taken.insert(taken.end(), found.trials.begin(), found.trials.end());
    }
    if (sources.empty())
        text += "\n#   nothing: no earlier experiment of this store searches one of its parameters";
    record.yaml = withLineEnd(record.yaml) + text + '\n' + toYaml(taken);
    if (const auto written = readable(record); !written || written->search.earlier != taken)
        throw ExperimentFileError({{1, 1, "search.warm_start",
                                    "what is taken is written behind the end of the text, which has to be a "
                                    "mapping without braces, with its keys on lines of their own"}});
    return record;
}

std::vector<FileProblem> unknownEarlier(Database& database, const std::string& yaml)
{
    const std::optional<Experiment> experiment = readExperiment(yaml).experiment;
    if (!experiment || experiment->search.earlier || takesAll(*experiment))
        return {};
    return unknownNames(*experiment, yaml, Experiments(database).all());
}

bool isMadeFrom(std::string_view begun, std::string_view text)
{
    const std::string before = withLineEnd(text);
    return begun == text || (begun.starts_with(before) && begun.substr(before.size()).starts_with(heading));
}

std::string keepingEarlierTrials(std::string_view begun, std::string text)
{
    const std::optional<Experiment> before = readExperiment(begun).experiment;
    const std::optional<Experiment> after = readExperiment(text).experiment;
    if (!before || !after || !before->search.earlier || after->search.earlier)
        return text;
    const std::size_t place = begun.rfind(heading);
    return withLineEnd(text) + (place != std::string_view::npos ? std::string(begun.substr(place))
                                                                : toYaml(*before->search.earlier));
}

std::vector<std::string> notesOnEarlierTrials(std::string_view yaml)
{
    std::vector<std::string> notes;
    std::size_t at = yaml.rfind(heading);
    while (at != std::string_view::npos && (at = yaml.find("\n#   ", at)) != std::string_view::npos) {
        const std::size_t begin = at + 5, end = std::min(yaml.find('\n', begin), yaml.size());
        notes.emplace_back(yaml.substr(begin, end - begin));
        at = end;
    }
    return notes;
}

} // namespace widthwise
