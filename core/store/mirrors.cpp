// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/mirrors.h"

#include "core/store/driver_lease.h"
#include "core/store/file_lock.h"
#include "core/store/query.h"

#include <filesystem>

namespace widthwise {
namespace {

const std::string columns = "mirror.id, host, file, program, ssh_config, wanted, problem, heard, beat ";
const std::string selectMirrors = "SELECT " + columns + "FROM mirror ";
const std::string selectAll = selectMirrors + "ORDER BY id";
const std::string selectById = selectMirrors + "WHERE id = ?";
// A store that took the place of another at the same path is the newer one.
const std::string selectByPath = selectMirrors + "WHERE host = ? AND file = ? ORDER BY id DESC LIMIT 1";
const std::string selectOrigins = "SELECT " + columns + R"sql(, mirrored_experiment.name, experiment
    FROM mirrored_experiment JOIN mirror ON mirror.id = mirror WHERE experiment IS NOT NULL )sql";
const std::string selectOrigin = selectOrigins + "AND experiment = ?";

template <typename... Values>
void read(Query& query, MirrorRecord& mirror, Values&... further)
{
    query.read(mirror.id, mirror.remote.host, mirror.remote.file, mirror.remote.program,
               mirror.remote.sshConfig, mirror.wanted, mirror.problem, mirror.lastContact, mirror.beat,
               further...);
}

std::optional<MirrorRecord> one(Query& query)
{
    if (!query.next())
        return std::nullopt;
    MirrorRecord mirror;
    read(query, mirror);
    return mirror;
}

} // namespace

bool isAttached(const MirrorRecord& mirror, TimePoint now)
{
    return mirror.beat && now - *mirror.beat <= driverSilence;
}

std::string copyText(const std::string& name, const Origin& origin)
{
    return name + " is a copy of " + origin.name + " on " + origin.mirror.remote.host;
}

std::vector<MirrorRecord> Mirrors::all()
{
    std::vector<MirrorRecord> mirrors;
    Query query(m_database, selectAll);
    while (query.next())
        read(query, mirrors.emplace_back());
    return mirrors;
}

std::optional<MirrorRecord> Mirrors::find(std::int64_t id)
{
    Query query(m_database, selectById);
    return one(query.bind(id));
}

MirrorRecord Mirrors::attach(const Remote& remote)
{
    std::optional<MirrorRecord> known;
    {
        Query query(m_database, selectByPath);
        known = one(query.bind(remote.host, remote.file));
    }
    std::optional<std::int64_t> id;
    if (known) {
        id = known->id;
        Query query(m_database, R"sql(
            UPDATE mirror SET wanted = 1, problem = '', program = coalesce(nullif(?, ''), program),
                              ssh_config = coalesce(nullif(?, ''), ssh_config)
            WHERE id = ?)sql");
        query.bind(remote.program, remote.sshConfig, known->id).run();
    } else {
        Query query(m_database, R"sql(
            INSERT INTO mirror (host, file, program, ssh_config, identity, place, wanted, problem)
            VALUES (?, ?, ?, ?, '', '', 1, '') RETURNING id)sql");
        id = query.bind(remote.host, remote.file, remote.program, remote.sshConfig).returnedId();
    }
    return find(id.value()).value();
}

void Mirrors::detach(std::int64_t id)
{
    Query(m_database, "UPDATE mirror SET wanted = 0 WHERE id = ?").bind(id).run();
}

void Mirrors::forget(std::int64_t id)
{
    if (isKept(id))
        throw StoreError(StoreError::Kind::Other, find(id).value().remote.host +
                                                      " is still attached; detach it first, or wait until "
                                                      "its process has ended");
    Transaction transaction(m_database);
    Query(m_database, R"sql(
        DELETE FROM experiment WHERE id IN (SELECT experiment FROM mirrored_experiment WHERE mirror = ?))sql")
        .bind(id)
        .run();
    Query(m_database, "DELETE FROM mirror WHERE id = ?").bind(id).run();
    transaction.commit();
    std::error_code ignored;
    std::filesystem::remove(lockFile(id), ignored);
}

void Mirrors::setProblem(std::int64_t id, const std::string& problem)
{
    Query(m_database, "UPDATE mirror SET problem = ? WHERE id = ?").bind(problem, id).run();
}

void Mirrors::beat(std::int64_t id, const std::string& problem, TimePoint now)
{
    Query(m_database, "UPDATE mirror SET problem = ?, beat = ? WHERE id = ?").bind(problem, now, id).run();
}

std::string Mirrors::lockFile(std::int64_t id) const
{
    return m_database.file() + "-mirror-" + std::to_string(id);
}

bool Mirrors::isKept(std::int64_t id) const
{
    FileLock lock;
    return !lock.take(lockFile(id));
}

std::optional<Origin> Mirrors::origin(std::int64_t experiment)
{
    Query query(m_database, selectOrigin);
    if (!query.bind(experiment).next())
        return std::nullopt;
    Origin origin;
    read(query, origin.mirror, origin.name);
    return origin;
}

std::map<std::int64_t, Origin> Mirrors::origins()
{
    std::map<std::int64_t, Origin> origins;
    Query query(m_database, selectOrigins);
    while (query.next()) {
        Origin origin;
        std::int64_t experiment = 0;
        read(query, origin.mirror, origin.name, experiment);
        origins.emplace(experiment, std::move(origin));
    }
    return origins;
}

} // namespace widthwise
