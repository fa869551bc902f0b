// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/experiments.h"

#include "core/experiment/experiment_file.h"
#include "core/experiment/file_values.h"
#include "core/store/experiment_tokens.h"
#include "core/store/query.h"

#include <stdexcept>

namespace widthwise {
namespace {

const std::string select = R"sql(
    SELECT id, name, yaml, base_directory, state, reason, created, started, finished, parent, changes
    FROM experiment )sql";

const std::string selectAll = select + "ORDER BY id";
const std::string selectById = select + "WHERE id = ?";
const std::string selectByName = select + "WHERE name = ?";

ExperimentRecord record(Database& database, Query& query)
{
    ExperimentRecord record;
    std::string state;
    query.read(record.id, record.name, record.yaml, record.baseDirectory, state, record.reason,
               record.created, record.started, record.finished, record.parent, record.changes);
    record.state = experimentStateFromText(state);
    database.tokens().of(record.id);
    return record;
}

std::optional<ExperimentRecord> one(Database& database, Query& query)
{
    if (!query.next())
        return std::nullopt;
    return record(database, query);
}

/// `name` of `name-2`.
std::string withoutNumber(const std::string& name)
{
    const std::size_t last = name.find_last_not_of("0123456789");
    const bool numbered =
        last != std::string::npos && last > 0 && last + 1 < name.size() && name[last] == '-';
    return numbered ? name.substr(0, last) : name;
}

} // namespace

Experiment experimentOf(const ExperimentRecord& record)
{
    Experiment experiment = parseExperiment(record.yaml);
    experiment.name = record.name;
    return experiment;
}

std::int64_t Experiments::add(const ExperimentRecord& record)
{
    Query query(m_database, R"sql(
        INSERT INTO experiment (name, yaml, base_directory, state, reason, created, started, finished, parent,
                                changes, token)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, (random() & 0x7fffffffffffffff) | 1)
        ON CONFLICT (name) DO NOTHING
        RETURNING id)sql");
    query.bind(record.name, record.yaml, record.baseDirectory, toText(record.state), record.reason,
               record.created, record.started, record.finished, record.parent, record.changes);
    const std::optional<std::int64_t> id = query.returnedId();
    if (!id)
        throwNameTaken(record.name);
    return *id;
}

void Experiments::throwNameTaken(const std::string& name)
{
    throw StoreError(StoreError::Kind::Other, "an experiment named \"" + name + "\" exists already in " +
                                                  m_database.file() + "; choose another name");
}

std::string Experiments::freeName(const std::string& name)
{
    const std::string unnumbered = withoutNumber(name);
    const std::string stem = find(unnumbered) ? unnumbered : name; // of transfer-64 there is no transfer
    std::string candidate = name;
    for (int number = 2; find(candidate); ++number)
        candidate = stem + "-" + std::to_string(number);
    return candidate;
}

ExperimentRecord Experiments::underFreeName(ExperimentRecord record)
{
    record.name = freeName(record.name);
    try {
        if (fileValues(record.yaml)["name"] != record.name)
            record.yaml = withValue(record.yaml, {"name"}, record.name);
    } catch (
        const std::invalid_argument&) { // no YAML yet: a person finds the name that the store has in lists
    }
    return record;
}

std::vector<ExperimentRecord> Experiments::all()
{
    Query query(m_database, selectAll);
    std::vector<ExperimentRecord> records;
    while (query.next())
        records.push_back(record(m_database, query));
    return records;
}

std::optional<ExperimentRecord> Experiments::find(std::int64_t id)
{
    Query query(m_database, selectById);
    return one(m_database, query.bind(id));
}

std::optional<ExperimentRecord> Experiments::find(std::string_view name)
{
    Query query(m_database, selectByName);
    return one(m_database, query.bind(name));
}

std::vector<ExperimentRecord> Experiments::changedAfter(ChangePlace& place, int most)
{
    std::vector<std::int64_t> ids;
    {
        Query query(m_database, "SELECT revision, id FROM experiment WHERE (revision, id) > (?, ?) "
                                "ORDER BY revision, id LIMIT ?");
        query.bind(place.revision, place.id, most);
        while (query.next()) {
            query.read(place.revision, place.id);
            ids.push_back(place.id);
        }
    }
    std::vector<ExperimentRecord> records;
    for (const std::int64_t id : ids)
        records.push_back(find(id).value());
    return records;
}

void Experiments::replace(const ExperimentRecord& record)
{
    m_database.tokens().find(record.id);
    Query query(m_database, R"sql(
        UPDATE experiment SET name = ?, yaml = ?, base_directory = ?, state = ?, reason = ?, started = ?,
                              finished = ?, parent = ?, changes = ?
        WHERE id = ?)sql");
    query.bind(record.name, record.yaml, record.baseDirectory, toText(record.state), record.reason,
               record.started, record.finished, record.parent, record.changes, record.id);
    query.run();
}

void Experiments::setYaml(std::int64_t id, const std::string& name, const std::string& yaml)
{
    m_database.tokens().find(id);
    const std::optional<ExperimentRecord> namesake = find(name);
    if (namesake && namesake->id != id)
        throwNameTaken(name);
    Query(m_database, "UPDATE experiment SET name = ?, yaml = ? WHERE id = ?").bind(name, yaml, id).run();
}

void Experiments::setChanged(std::int64_t id, const std::string& yaml, const std::string& changes)
{
    m_database.tokens().find(id);
    Query(m_database, "UPDATE experiment SET yaml = ?, changes = ? WHERE id = ?")
        .bind(yaml, changes, id)
        .run();
}

void Experiments::setState(std::int64_t id, ExperimentState state, const std::string& reason, TimePoint now)
{
    m_database.tokens().find(id);
    const std::optional<TimePoint> started =
        state == ExperimentState::Running ? std::optional(now) : std::nullopt;
    const std::optional<TimePoint> finished = isFinal(state) ? std::optional(now) : std::nullopt;
    Query query(m_database, R"sql(
        UPDATE experiment SET state = ?, reason = ?, started = coalesce(started, ?), finished = ? WHERE id = ?)sql");
    query.bind(toText(state), reason, started, finished, id).run();
}

void Experiments::remove(std::int64_t id)
{
    m_database.tokens().find(id);
    Query(m_database, "DELETE FROM experiment WHERE id = ?").bind(id).run();
}

StateCounts Experiments::counts(std::int64_t id)
{
    StateCounts counts{};
    const std::optional<std::int64_t> token = m_database.tokens().find(id);
    Query query(
        m_database,
        "SELECT state, count(*), total(token IS NOT ?) FROM trial WHERE experiment = ? GROUP BY state");
    query.bind(token, id);
    while (query.next()) {
        std::string state;
        int count = 0;
        int foreign = 0;
        query.read(state, count, foreign);
        if (foreign > 0)
            throwMixed(m_database, id);
        counts.at(static_cast<std::size_t>(trialStateFromText(state))) = count;
    }
    return counts;
}

} // namespace widthwise
