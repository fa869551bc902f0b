// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/commands/commands.h"
#include "app/ctl/desktop_program.h"
#include "app/ctl/invocation.h"
#include "app/ctl/overview.h"
#include "app/ctl/table.h"
#include "app/ctl/text.h"
#include "core/study/search_selection.h"

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
    SearchCost kind;
    const char* title;
};
constexpr CostName costNames[] = {
    {SearchCost::Trials, "TRIALS"}, {SearchCost::DeviceHours, "DEVICE H"}, {SearchCost::WallTime, "SECONDS"}};

std::vector<std::string> searchesOf(const Invocation& invocation)
{
    std::vector<std::string> searches;
    for (std::size_t i = 0; i < invocation.count(); ++i)
        searches.push_back(invocation.argument(i));
    return searches;
}

std::string againstOf(const Invocation& invocation)
{
    return invocation.value("against").value_or("device-hours");
}

/// Where the others are compared with the first. Throws Failure.
SearchCost placeOf(const Invocation& invocation)
{
    try {
        return searchCostFromText(againstOf(invocation));
    } catch (const std::invalid_argument& error) {
        throw Failure(BadUsage, std::string("--against: ") + error.what());
    }
}

SearchComparison comparisonOf(const Invocation& invocation)
{
    const auto database = openStore(invocation, Database::Mode::ReadOnly);
    try {
        return searchComparison(*database, searchesOf(invocation));
    } catch (const UnknownSearch& error) {
        throw Failure(NotFound, error.what() + std::string("; widthwisectl list shows all"));
    } catch (const UnfinishedSearch& error) {
        throw Failure(Unsuccessful, error.what());
    } catch (const std::invalid_argument& error) {
        throw Failure(BadUsage, error.what());
    }
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

void printBands(const SearchComparison& comparison, const CostName& cost)
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

void printSentence(const std::string& sentence)
{
    if (!sentence.empty())
        std::cout << printable(sentence) << '\n';
}

void print(const SearchComparison& comparison, SearchCost against)
{
    std::cout << "best " << comparison.objective.metric << ", median [quartiles] over seeds\n\n";
    for (const CostName& cost : costNames)
        printBands(comparison, cost);
    const std::span<const SearchGroup> groups = comparison.groups;
    for (const SearchGroup& group : groups.subspan(1))
        printSentence(differenceText(groups, group, against, comparison.objective.direction));
    for (const SearchGroup& group : groups)
        for (const SearchRun& run : group.runs)
            printSentence(rungText(run));
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

Json toJson(const SearchComparison& comparison)
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

void drawFigure(const Invocation& invocation, const std::string& file)
{
    std::vector<std::string> arguments{"--figure", "searches", "--against", againstOf(invocation)};
    for (const std::string& search : searchesOf(invocation)) {
        arguments.push_back("--of");
        arguments.push_back(search);
    }
    drawFigure(invocation, file, std::move(arguments));
}

ExitCode execute(const Invocation& invocation)
{
    const SearchCost against = placeOf(invocation);
    const SearchComparison comparison = comparisonOf(invocation);
    if (invocation.json())
        std::cout << toJson(comparison).dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
    else
        print(comparison, against);
    if (const std::optional<std::string> file = invocation.value("figure"))
        drawFigure(invocation, *file);
    return Done;
}

} // namespace

Subcommand compareSearchesCommand()
{
    return {
        "compare-searches",
        "SEARCH...",
        "Compare searches: the best value against trials, device hours and time",
        "SEARCH is the name of an experiment, or LABEL=NAME,NAME,... for several that differ by their "
        "seeds; * in a name stands for\nany characters. The others are compared with the first one, pair "
        "by pair, when all have spent the same.",
        "widthwisectl compare-searches 'random=random-*' 'asha=asha-*' --figure asha.pdf",
        1,
        100,
        {{"against", "COST",
          "trials, device-hours (default) or time: where the others are compared with the first, and what "
          "the figure is drawn against"},
         {"figure", "FILE", "draw the medians and quartiles, too: .pdf, .svg or .png"}},
        execute};
}

} // namespace widthwise::ctl
