// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compare/searches_reading.h"

#include <algorithm>

namespace widthwise::ui {

namespace {

constexpr int mostAtFirst = 5; ///< that are told apart by colour

SearchRun runOf(Database& database, const ExperimentRecord& record, const Experiment& experiment,
                const KnownRuns& known)
{
    const auto found = known.find(record.id);
    if (found != known.end() && found->second.first == record)
        return found->second.second;
    return searchRun(database, record, experiment);
}

SearchRow rowOf(const StoredSearch& search, const ChosenSearches& chosen, bool usual)
{
    SearchRow row;
    row.key = std::ranges::min(search.records, {}, &ExperimentRecord::id).id;
    row.seeds = int(search.records.size());
    row.isAlike = search.isAlike;
    const auto said = chosen.find(row.key);
    row.chosen = said == chosen.end() ? usual : said->second;
    return row;
}

} // namespace

SearchesReading readSearches(Database& database, const ExperimentRecord& record, const ChosenSearches& chosen,
                             const KnownRuns& known)
{
    SearchesReading reading;
    for (const StoredSearch& search : searchesBeside(database, record)) {
        const bool isOwn = reading.rows.empty();
        SearchRow row = rowOf(search, chosen, search.isAlike && std::ssize(reading.rows) < mostAtFirst);
        row.chosen = row.chosen || isOwn;
        SearchGroup group{search.label, {}};
        if (isOwn)
            reading.comparison.objective = search.experiment.objective;
        for (const ExperimentRecord& one : row.chosen ? search.records : std::vector<ExperimentRecord>()) {
            try {
                group.runs.push_back(runOf(database, one, search.experiment, known));
            } catch (const UnfinishedSearch&) {
                row.unfinished = one.name;
                continue;
            }
            if (isFinal(one.state))
                reading.known.insert({one.id, {one, group.runs.back()}});
        }
        reading.rows.push_back(std::move(row));
        reading.comparison.groups.push_back(std::move(group));
    }
    return reading;
}

} // namespace widthwise::ui
