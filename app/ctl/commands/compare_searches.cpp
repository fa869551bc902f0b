// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/commands/commands.h"
#include "app/ctl/invocation.h"
#include "app/ctl/overview.h"
#include "app/ctl/plan_options.h"
#include "app/ctl/table.h"
#include "app/ctl/text.h"
#include "core/study/search_comparison.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <iostream>

#include <unistd.h>

namespace widthwise::ctl {

namespace {

using Json = nlohmann::ordered_json;

constexpr double shares[] = {0.1, 0.25, 0.5, 0.75, 1}; ///< of the common cost

struct CostName {
    const char* name;
    SearchCost kind;
    const char* title;
};
constexpr CostName costNames[] = {{"trials", SearchCost::Trials, "TRIALS"},
                                  {"device-hours", SearchCost::DeviceHours, "DEVICE H"},
                                  {"time", SearchCost::WallTime, "SECONDS"}};

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
    if (pattern.find('*') == std::string::npos)
        return {findExperiment(database, pattern)};
    std::vector<ExperimentRecord> records;
    for (ExperimentRecord& record : Experiments(database).all())
        if (matches(pattern, record.name))
            records.push_back(std::move(record));
    if (records.empty())
        throw Failure(NotFound, "no experiment is named " + pattern);
    std::ranges::sort(records, {}, &ExperimentRecord::name);
    return records;
}

struct Comparison {
    std::vector<SearchGroup> groups;
    Objective objective;
};

/// Values of different metrics say nothing of one another.
void takeObjective(Comparison& comparison, const Experiment& experiment, const std::string& name)
{
    if (comparison.groups.front().runs.empty())
        comparison.objective = experiment.objective;
    else if (comparison.objective.metric != experiment.objective.metric ||
             comparison.objective.direction != experiment.objective.direction)
        throw Failure(BadUsage, name + " has another objective, " + experiment.objective.metric + ", than " +
                                    comparison.groups.front().runs.front().name + ", " +
                                    comparison.objective.metric);
}

Comparison comparisonOf(const Invocation& invocation, Database& database)
{
    Comparison comparison;
    for (std::size_t i = 0; i < invocation.count(); ++i) {
        const std::string argument = invocation.argument(i); // LABEL=NAME,NAME or NAME alone
        const std::size_t equals = argument.find('=');
        comparison.groups.push_back({argument.substr(0, equals), {}});
        for (const std::string& pattern :
             itemsOf(equals == std::string::npos ? argument : argument.substr(equals + 1)))
            for (const ExperimentRecord& record : recordsOf(database, pattern)) {
                const Overview overview = overviewOf(database, record);
                if (!overview.experiment)
                    throw Failure(BadUsage, "the text of " + record.name + " has errors");
                takeObjective(comparison, *overview.experiment, record.name);
                try {
                    comparison.groups.back().runs.push_back(
                        searchRun(database, record, *overview.experiment));
                } catch (const std::invalid_argument& error) {
                    throw Failure(Unsuccessful, error.what());
                }
            }
    }
    return comparison;
}

/// Nothing where a run has no value yet: the others alone would be another band.
std::string bandText(const SearchGroup& group, SearchCost kind, double cost)
{
    const std::optional<SearchBand> band = bandAt(group, kind, cost);
    if (!band || band->runs < std::ssize(group.runs))
        return "-";
    const std::string quartiles = " [" + numberText(band->low) + ", " + numberText(band->high) + ']';
    return numberText(band->median) + (band->runs > 1 ? quartiles : "");
}

/// What was spent at the rows of a table; trials are whole.
std::vector<double> costsUpTo(double common, SearchCost kind)
{
    std::vector<double> costs;
    for (const double share : shares) {
        const double cost =
            kind == SearchCost::Trials ? std::max(1.0, std::round(share * common)) : share * common;
        if (costs.empty() || cost > costs.back())
            costs.push_back(cost);
    }
    return costs;
}

void printBands(const Comparison& comparison, const CostName& cost)
{
    std::vector<Table::Column> columns{{cost.title, Table::Align::Right}};
    for (const SearchGroup& group : comparison.groups)
        columns.push_back({printable(group.label), Table::Align::Left});
    Table table(columns);
    for (const double spent : costsUpTo(commonCost(comparison.groups, cost.kind), cost.kind)) {
        Line row{{numberText(spent)}};
        for (const SearchGroup& group : comparison.groups)
            row.push_back({bandText(group, cost.kind, spent)});
        table.add(row);
    }
    for (const Line& line : table.lines())
        std::cout << rendered(line, terminalOf(STDOUT_FILENO)) << '\n';
    std::cout << '\n';
}

void printDifference(const Comparison& comparison, const SearchGroup& group)
{
    const double common = commonCost(comparison.groups, SearchCost::DeviceHours);
    const SearchGroup& first = comparison.groups.front();
    const PairedDifference difference =
        pairedDifference(first, group, SearchCost::DeviceHours, common, comparison.objective.direction);
    if (!difference.better.isKnown())
        return;
    const bool isBetter = difference.better.value >= 0;
    const double sign = isBetter ? 1 : -1;
    const double low = sign * difference.better.low, high = sign * difference.better.high;
    std::cout << printable(group.label) << (isBetter ? " is better than " : " is worse than ")
              << printable(first.label) << " by " << numberText(sign * difference.better.value);
    if (difference.better.isBounded())
        std::cout << " (95 %: " << numberText(std::min(low, high)) << " to "
                  << numberText(std::max(low, high)) << ')';
    std::cout << " at " << numberText(common) << " device hours; it wins " << difference.wins << " of "
              << countText(difference.pairs, "pair") << '\n';
}

void print(const Comparison& comparison)
{
    std::cout << "best " << comparison.objective.metric << ", median [quartiles] over seeds\n\n";
    for (const CostName& cost : costNames)
        printBands(comparison, cost);
    for (std::size_t i = 1; i < comparison.groups.size(); ++i)
        printDifference(comparison, comparison.groups[i]);
    for (const SearchGroup& group : comparison.groups)
        for (const SearchRun& run : group.runs)
            if (run.rungCorrelation)
                std::cout << printable(run.name) << ": rank correlation of the lowest rung with the end "
                          << numberText(*run.rungCorrelation) << " over "
                          << countText(run.correlated, "trial") << '\n';
}

Json toJson(const SearchRun& run)
{
    Json improvements = Json::array();
    for (const SearchRun::Best& best : run.improvements)
        improvements.push_back({{"trials", best.trials},
                                {"device_hours", best.deviceHours},
                                {"seconds", best.wallTime.count()},
                                {"value", best.value}});
    Json object{{"name", run.name},
                {"trials", run.end.trials},
                {"device_hours", run.end.deviceHours},
                {"seconds", run.end.wallTime.count()},
                {"best", std::move(improvements)}};
    if (run.rungCorrelation)
        object["rung_correlation"] = *run.rungCorrelation;
    return object;
}

Json toJson(const Comparison& comparison)
{
    Json groups = Json::array();
    for (const SearchGroup& group : comparison.groups) {
        Json runs = Json::array();
        for (const SearchRun& run : group.runs)
            runs.push_back(toJson(run));
        groups.push_back({{"label", group.label}, {"runs", std::move(runs)}});
    }
    return {{"metric", comparison.objective.metric}, {"searches", std::move(groups)}};
}

ExitCode execute(const Invocation& invocation)
{
    const auto database = openStore(invocation, Database::Mode::ReadOnly);
    const Comparison comparison = comparisonOf(invocation, *database);
    if (invocation.json())
        std::cout << toJson(comparison).dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
    else
        print(comparison);
    return Done;
}

} // namespace

Subcommand compareSearchesCommand()
{
    return {"compare-searches",
            "SEARCH...",
            "Compare searches: the best value against trials, device hours and time",
            "SEARCH is the name of an experiment, or LABEL=NAME,NAME,... for several that differ by their "
            "seeds; * in a "
            "name stands for\nany characters. The others are compared with the first one, pair by pair, at "
            "the same "
            "device hours.",
            "widthwisectl compare-searches 'random=random-*' 'asha=asha-*'",
            1,
            100,
            {},
            execute};
}

} // namespace widthwise::ctl
