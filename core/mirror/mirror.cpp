// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mirror/mirror.h"

#include "core/store/commands.h"
#include "core/store/query.h"

#include <algorithm>
#include <charconv>
#include <sstream>

namespace widthwise {
namespace {

constexpr std::size_t mostWants = 2000;

std::string toText(const ChangePlaces& places)
{
    std::ostringstream text;
    for (const ChangePlace& place : {places.experiments, places.trials, places.series, places.drivers})
        text << place.revision << ' ' << place.id << ' ';
    return text.str();
}

/// Nothing is known yet where the text is empty.
ChangePlaces placesFromText(const std::string& text)
{
    ChangePlaces places;
    std::istringstream words(text);
    for (ChangePlace* place : {&places.experiments, &places.trials, &places.series, &places.drivers})
        if (ChangePlace read; words >> read.revision >> read.id)
            *place = read;
    return places;
}

} // namespace

Mirror::Mirror(Database& database, std::int64_t id)
    : m_database(database), m_id(id), m_ownIdentity(storeIdentity(database))
{
    load();
}

void Mirror::load()
{
    std::string places;
    {
        Query query(m_database, "SELECT host, identity, place, heard FROM mirror WHERE id = ?");
        if (!query.bind(m_id).next())
            throw StoreError(StoreError::Kind::Other,
                             m_database.file() + ": holds no mirror " + std::to_string(m_id));
        query.read(m_host, m_identity, places, m_lastContact);
    }
    m_places = placesFromText(places);
    m_drivers.clear();
    Query query(m_database, R"sql(
        SELECT driver.experiment, heartbeat, notice
        FROM driver JOIN mirrored_experiment AS there ON there.experiment = driver.experiment
        WHERE mirror = ? AND running)sql");
    query.bind(m_id);
    while (query.next()) {
        std::int64_t experiment = 0;
        Pulse pulse;
        query.read(experiment, pulse.heartbeat, pulse.notice);
        m_drivers.emplace(experiment, std::move(pulse));
    }
}

ExchangeRequest Mirror::request(TimePoint now)
{
    ExchangeRequest request{m_ownIdentity, m_identity, m_places, {}, {}, {}};
    addWants(request.wants);
    addCommands(request.commands);
    addWatches(request.watches, now);
    return request;
}

void Mirror::addWants(std::vector<SeriesWant>& wants)
{
    Query query(m_database, R"sql(
        SELECT remote, there.generation, count
        FROM mirrored_series AS there INDEXED BY mirrored_missing JOIN series ON series.id = there.series
        WHERE mirror = ? AND missing > 0 LIMIT ?)sql");
    query.bind(m_id, mostWants);
    while (query.next()) {
        SeriesWant& want = wants.emplace_back();
        query.read(want.series, want.generation, want.first);
    }
}

void Mirror::addCommands(std::vector<ForwardedCommand>& commands)
{
    Query query(m_database, R"sql(
        SELECT command.id, remote, there.token, kind, trial, text
        FROM mirrored_experiment AS there JOIN command ON command.experiment = there.experiment
        WHERE mirror = ? AND closed IS NULL AND there.token != 0 ORDER BY command.id)sql");
    query.bind(m_id);
    while (query.next()) {
        ForwardedCommand& command = commands.emplace_back();
        std::string kind;
        query.read(command.token, command.experiment.id, command.experiment.token, kind,
                   command.command.trial, command.command.text);
        command.token = m_ownIdentity + ':' + command.token;
        command.command.kind = commandKindFromText(kind).value();
    }
}

void Mirror::addWatches(std::vector<ForwardedWatch>& watches, TimePoint now)
{
    Query query(m_database, R"sql(
        SELECT DISTINCT remote, there.token, watch.trial, coalesce(output.attempt, 0),
                        coalesce(output.first + length(output.bytes), 0)
        FROM watch JOIN mirrored_experiment AS there ON there.experiment = watch.experiment
             LEFT JOIN trial ON trial.experiment = watch.experiment AND trial.number = watch.trial
             LEFT JOIN output ON output.trial = trial.id
        WHERE mirror = ? AND until > ? AND there.token != 0 ORDER BY remote, watch.trial)sql");
    query.bind(m_id, now);
    while (query.next()) {
        ForwardedWatch& watch = watches.emplace_back();
        query.read(watch.experiment.id, watch.experiment.token, watch.trial, watch.attempt, watch.known);
    }
}

bool Mirror::isWatched(TimePoint now)
{
    std::vector<ForwardedWatch> watches;
    addWatches(watches, now);
    return !watches.empty();
}

bool Mirror::behind()
{
    Query query(
        m_database,
        "SELECT 1 FROM mirrored_series INDEXED BY mirrored_missing WHERE mirror = ? AND missing > 0 LIMIT 1");
    return m_more || query.bind(m_id).next();
}

bool Mirror::hasCommands()
{
    Query query(m_database, R"sql(
        SELECT 1 FROM mirrored_experiment AS there JOIN command ON command.experiment = there.experiment
        WHERE mirror = ? AND closed IS NULL LIMIT 1)sql");
    return query.bind(m_id).next();
}

void Mirror::take(const ExchangeAnswer& answer, TimePoint now)
{
    if (!m_identity.empty() && m_identity != answer.identity) {
        startOver(answer.identity);
        return;
    }
    if (isAnotherState(answer.present)) {
        startAgain();
        return;
    }
    Transaction transaction(m_database);
    if (answer.startsAnew)
        removeCopies();
    removeAbsent(answer.present);
    for (const ExperimentRecord& experiment : answer.experiments)
        take(experiment);
    for (const TrialRecord& trial : answer.trials)
        take(trial);
    if (!answer.experiments.empty() || !answer.trials.empty())
        joinFamilies();
    for (const SeriesLength& series : answer.series)
        take(series);
    for (const SeriesPiece& piece : answer.pieces)
        take(piece);
    for (const DriverChange& driver : answer.drivers)
        take(driver, now - answer.now);
    for (const OutputPiece& output : answer.outputs)
        take(output);
    for (const ExperimentKey& experiment : answer.present)
        Query(m_database,
              "UPDATE mirrored_experiment SET token = ? WHERE mirror = ? AND remote = ? AND token = 0")
            .bind(experiment.token, m_id, experiment.id)
            .run();
    closeCommands(answer.taken, now);
    Query query(m_database, "UPDATE mirror SET identity = ?, place = ?, heard = ? WHERE id = ?");
    query.bind(answer.identity, toText(answer.places), now, m_id).run();
    transaction.commit();
    m_identity = answer.identity;
    m_places = answer.places;
    m_more = answer.more;
    m_lastContact = now;
}

void Mirror::beat(const std::string& problem, const SiteLink& link, TimePoint now)
{
    Transaction transaction(m_database);
    Mirrors(m_database).beat(m_id, problem, now);
    for (const auto& [experiment, pulse] : m_drivers)
        if (m_lastContact && *m_lastContact - pulse.heartbeat <= driverSilence)
            widthwise::beat(m_database, experiment, now, pulse.notice, link);
    transaction.commit();
}

/// Another store lies where the one was that is copied here.
void Mirror::startOver(const std::string& identity)
{
    Transaction transaction(m_database);
    Query add(m_database, R"sql(
        INSERT INTO mirror (host, file, program, ssh_config, identity, place, wanted, problem)
        SELECT host, file, program, ssh_config, ?, '', 1, '' FROM mirror WHERE id = ? RETURNING id)sql");
    const std::int64_t next = add.bind(identity, m_id).returnedId().value();
    Query(m_database, "UPDATE mirror SET wanted = 0, problem = ? WHERE id = ?")
        .bind("another store has taken the place of this one", m_id)
        .run();
    transaction.commit();
    m_id = next;
    load();
    m_more = true;
}

/// Whether ids there mean other experiments than those that were copied: the store was set back, and has gone
/// on.
bool Mirror::isAnotherState(const std::vector<ExperimentKey>& present)
{
    Query query(m_database, "SELECT remote, token FROM mirrored_experiment WHERE mirror = ? AND token != 0");
    query.bind(m_id);
    while (query.next()) {
        ExperimentKey known;
        query.read(known.id, known.token);
        const auto there = std::ranges::lower_bound(present, known.id, {}, &ExperimentKey::id);
        if (there != present.end() && there->id == known.id && there->token != known.token)
            return true;
    }
    return false;
}

/// With the next answer all is told anew.
void Mirror::startAgain()
{
    Transaction transaction(m_database);
    removeCopies();
    Query(m_database, "UPDATE mirror SET place = '' WHERE id = ?").bind(m_id).run();
    transaction.commit();
    load();
    m_more = true;
}

void Mirror::removeCopies()
{
    Query(m_database, "DELETE FROM experiment WHERE id IN "
                      "(SELECT experiment FROM mirrored_experiment WHERE mirror = ?)")
        .bind(m_id)
        .run();
    Query(m_database, "DELETE FROM mirrored_experiment WHERE mirror = ?").bind(m_id).run();
}

void Mirror::removeAbsent(const std::vector<ExperimentKey>& present)
{
    std::vector<std::pair<std::int64_t, std::optional<std::int64_t>>> absent;
    {
        Query query(m_database, "SELECT remote, experiment FROM mirrored_experiment WHERE mirror = ?");
        query.bind(m_id);
        while (query.next()) {
            std::pair<std::int64_t, std::optional<std::int64_t>> row;
            query.read(row.first, row.second);
            if (!std::ranges::binary_search(present, row.first, {}, &ExperimentKey::id))
                absent.push_back(row);
        }
    }
    for (const auto& [there, here] : absent) {
        Query(m_database, "DELETE FROM mirrored_experiment WHERE mirror = ? AND remote = ?")
            .bind(m_id, there)
            .run();
        if (here)
            Experiments(m_database).remove(*here);
    }
}

void Mirror::closeCommands(const std::vector<std::string>& tokens, TimePoint now)
{
    const std::string own = m_ownIdentity + ':';
    for (const std::string& token : tokens) {
        std::int64_t command = 0;
        const char* end = token.data() + token.size();
        if (token.starts_with(own) && std::from_chars(token.data() + own.size(), end, command).ptr == end)
            Commands(m_database).close(command, now);
    }
}

} // namespace widthwise
