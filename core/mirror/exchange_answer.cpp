// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mirror/exchange_answer.h"

#include "core/mirror/exchange_output.h"
#include "core/store/commands.h"
#include "core/store/experiment_tokens.h"
#include "core/store/query.h"
#include "core/store/watches.h"

#include <algorithm>

namespace widthwise {
namespace {

bool isThere(const ExperimentKey& experiment, Database& database)
{
    return database.tokens().find(experiment.id) == experiment.token;
}

void record(const ExchangeRequest& request, Database& database, TimePoint now)
{
    if (request.commands.empty() && request.watches.empty())
        return;
    Transaction transaction(database);
    for (const ForwardedCommand& command : request.commands)
        if (isThere(command.experiment, database)) // else it was removed meanwhile
            Commands(database).addForwarded(command.experiment.id, command.command, command.token, now);
    for (const ForwardedWatch& watch : request.watches) {
        if (!isThere(watch.experiment, database))
            continue;
        const std::string viewer =
            request.asker + ':' + std::to_string(watch.experiment.id) + ':' + std::to_string(watch.trial);
        Watches(database).set(viewer, watch.experiment.id, {watch.trial, now + watchLasts});
    }
    transaction.commit();
}

/// Whether the places belong to a later state than this one: the store was set back.
bool liesAhead(const ChangePlaces& places, Database& database)
{
    const std::int64_t last = storeRevision(database);
    return std::max({places.experiments.revision, places.trials.revision, places.series.revision,
                     places.drivers.revision}) > last;
}

std::vector<ExperimentKey> experimentKeys(Database& database)
{
    std::vector<ExperimentKey> keys;
    Query query(database, "SELECT id, token FROM experiment ORDER BY id");
    while (query.next()) {
        ExperimentKey& key = keys.emplace_back();
        query.read(key.id, key.token);
    }
    return keys;
}

std::vector<DriverChange> changedDrivers(ChangePlace& place, Database& database)
{
    std::vector<DriverChange> changes;
    Query query(database, "SELECT revision, experiment FROM driver WHERE (revision, experiment) > (?, ?) "
                          "ORDER BY revision, experiment");
    query.bind(place.revision, place.id);
    while (query.next()) {
        query.read(place.revision, place.id);
        DriverChange& change =
            changes.emplace_back(DriverChange{place.id, driverInfo(database, place.id).value()});
        if (std::string& folder = change.info.place.folder; folder.empty())
            folder = trialsDirectory(database.file());
    }
    return changes;
}

/// Trials are told once all of their experiments are, and series once all trials are.
void emitChanges(ExchangeAnswer& answer, Database& database, int most)
{
    const auto isFull = [most](const auto& rows) { return std::ssize(rows) >= most; };
    answer.experiments = Experiments(database).changedAfter(answer.places.experiments, most);
    answer.more = isFull(answer.experiments);
    if (answer.more)
        return;
    answer.drivers = changedDrivers(answer.places.drivers, database);
    answer.trials = Trials(database).changedAfter(answer.places.trials, most);
    answer.more = isFull(answer.trials);
    if (answer.more)
        return;
    for (SeriesSummary& series : SeriesTable(database).changedAfter(answer.places.series, most))
        answer.series.push_back(
            {series.id, series.trial, std::move(series.metric), series.generation, series.count});
    answer.more = isFull(answer.series);
}

std::optional<std::int64_t> generationOf(std::int64_t series, Database& database)
{
    std::optional<std::int64_t> generation;
    Query query(database, "SELECT generation FROM series WHERE id = ?");
    if (query.bind(series).next())
        query.read(generation);
    return generation;
}

/// A series that was cleared since the want was made is passed over: its new length is told first.
std::vector<SeriesPiece> wantedPieces(const std::vector<SeriesWant>& wants, Database& database,
                                      std::size_t enough)
{
    std::vector<SeriesPiece> pieces;
    std::size_t points = 0;
    for (const SeriesWant& want : wants) {
        if (points >= enough)
            break;
        if (generationOf(want.series, database) != want.generation)
            continue;
        SeriesPiece piece{want.series, want.generation, want.first, {}};
        piece.points = SeriesTable(database).read(want.series, want.first, enough - points);
        points += piece.points.size();
        if (piece.points.size() > 0)
            pieces.push_back(std::move(piece));
    }
    return pieces;
}

} // namespace

ExchangeAnswer answerTo(const ExchangeRequest& request, Database& database, TimePoint now,
                        const ExchangeLimits& limits)
{
    ExchangeAnswer answer;
    answer.identity = storeIdentity(database);
    answer.now = now;
    if (!request.identity.empty() && request.identity != answer.identity)
        return answer; // whoever asks means another store
    record(request, database, now);
    for (const ForwardedCommand& command : request.commands)
        answer.taken.push_back(command.token);

    const Transaction snapshot(database, Transaction::Kind::Reading);
    answer.startsAnew = liesAhead(request.places, database);
    answer.places = answer.startsAnew ? ChangePlaces{} : request.places;
    answer.present = experimentKeys(database);
    emitChanges(answer, database, limits.rows);
    if (!answer.startsAnew)
        answer.pieces = wantedPieces(request.wants, database, limits.points);
    for (const ForwardedWatch& watch : request.watches)
        if (const auto tail =
                isThere(watch.experiment, database) ? outputSince(watch, database, now) : std::nullopt)
            answer.outputs.push_back({watch.experiment.id, watch.trial, *tail});
    return answer;
}

} // namespace widthwise
