// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/search_selection.h"

#include "core/experiment/experiment_file.h"
#include "core/space/nearest.h"

#include <algorithm>
#include <ranges>

namespace widthwise {

namespace {

/// `*` stands for any characters.
bool matches(std::string_view pattern, std::string_view name)
{
    const std::size_t star = pattern.find('*');
    if (star == std::string_view::npos)
        return pattern == name;
    if (name.substr(0, star) != pattern.substr(0, star))
        return false;
    for (std::size_t from = star; from <= name.size(); ++from)
        if (matches(pattern.substr(star + 1), name.substr(from)))
            return true;
    return false;
}

std::vector<ExperimentRecord> recordsOf(Database& database, const std::string& pattern)
{
    std::vector<ExperimentRecord> all = Experiments(database).all();
    std::vector<ExperimentRecord> records;
    for (const ExperimentRecord& record : all)
        if (matches(pattern, record.name))
            records.push_back(record);
    if (records.empty()) {
        std::vector<std::string> names;
        for (const ExperimentRecord& record : all)
            names.push_back(record.name);
        throw UnknownSearch("no experiment named \"" + pattern + "\" in " + database.file() +
                            suggestion(pattern, names));
    }
    std::ranges::sort(records, {}, &ExperimentRecord::name);
    return records;
}

bool hasSameGoal(const Objective& a, const Objective& b)
{
    return a.metric == b.metric && a.direction == b.direction;
}

Experiment validExperiment(const ExperimentRecord& record)
{
    try {
        return experimentOf(record);
    } catch (const ExperimentFileError& error) {
        throw std::invalid_argument("the text of " + record.name + " has errors: " + error.what());
    }
}

/// Values of different metrics say nothing of one another.
void takeObjective(SearchComparison& comparison, const Experiment& experiment)
{
    if (comparison.groups.front().runs.empty())
        comparison.objective = experiment.objective;
    else if (!hasSameGoal(comparison.objective, experiment.objective))
        throw std::invalid_argument(
            experiment.name + " has another objective, " + experiment.objective.metric + ", than " +
            comparison.groups.front().runs.front().name + ", " + comparison.objective.metric);
}

/// How far it goes is the budget's to say, not the search's.
bool differBySeedsAlone(Experiment a, const Experiment& b)
{
    a.name = b.name;
    a.description = b.description;
    a.seed = b.seed;
    a.budget = b.budget;
    return a == b;
}

void addTo(std::vector<StoredSearch>& searches, const ExperimentRecord& record, const Experiment& experiment)
{
    for (StoredSearch& search : searches)
        if (differBySeedsAlone(search.experiment, experiment))
            return search.records.push_back(record);
    StoredSearch search;
    search.label = experiment.search.algorithm;
    if (experiment.schedule.type != "none")
        search.label += ", " + experiment.schedule.type;
    search.records = {record};
    search.experiment = experiment;
    search.isAlike = searches.empty() || (searches.front().experiment.space == experiment.space &&
                                          searches.front().experiment.trial == experiment.trial);
    searches.push_back(std::move(search));
}

void tellApart(std::vector<StoredSearch>& searches)
{
    std::vector<std::string> labels;
    for (const StoredSearch& search : searches)
        labels.push_back(search.label);
    for (StoredSearch& search : searches)
        if (std::ranges::count(labels, search.label) > 1)
            search.label += " (" + search.records.front().name + ')';
}

} // namespace

SearchComparison searchComparison(Database& database, const std::vector<std::string>& wanted)
{
    SearchComparison comparison;
    for (const std::string& text : wanted) {
        const std::size_t equals = text.find('=');
        comparison.groups.push_back({text.substr(0, equals), {}});
        const std::string names = equals == std::string::npos ? text : text.substr(equals + 1);
        for (const auto name : std::views::split(names, ','))
            for (const ExperimentRecord& record : recordsOf(database, {name.begin(), name.end()})) {
                const Experiment experiment = validExperiment(record);
                takeObjective(comparison, experiment);
                comparison.groups.back().runs.push_back(searchRun(database, record, experiment));
            }
        if (comparison.groups.back().runs.empty())
            throw std::invalid_argument(
                '"' + text +
                "\" names no experiment: write NAME, or LABEL=NAME,NAME,… for several "
                "seeds of one search");
    }
    return comparison;
}

std::vector<StoredSearch> searchesBeside(Database& database, const ExperimentRecord& record)
{
    std::vector<StoredSearch> searches;
    try {
        const Experiment own = experimentOf(record);
        addTo(searches, record, own);
        for (const ExperimentRecord& other : Experiments(database).all()) {
            const ExperimentReading reading = readExperiment(other.yaml);
            if (other.id == record.id || !reading.problems.empty() ||
                !hasSameGoal(reading.experiment->objective, own.objective))
                continue;
            addTo(searches, other, *reading.experiment);
        }
    } catch (const ExperimentFileError&) {
        return {};
    }
    for (StoredSearch& search : searches)
        std::ranges::sort(search.records, {}, &ExperimentRecord::name);
    std::stable_partition(searches.begin() + 1, searches.end(),
                          [](const StoredSearch& search) { return search.isAlike; });
    tellApart(searches);
    return searches;
}

} // namespace widthwise
