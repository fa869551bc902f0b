// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/driver_lease.h"

#include "core/store/experiment_tokens.h"
#include "core/store/mirrors.h"
#include "core/store/query.h"

#include <unistd.h>

#include <array>

namespace widthwise {
namespace {

std::string hostName()
{
    std::array<char, 256> name{};
    gethostname(name.data(), name.size() - 1);
    return name.data();
}

std::string lockPath(const Database& database, std::int64_t experiment)
{
    return storeWithoutLinks(database.file()) + "-driver-" + std::to_string(experiment);
}

[[noreturn]] void throwTaken(std::int64_t experiment, const std::optional<DriverInfo>& driver)
{
    const std::string holder = driver ? "process " + std::to_string(driver->pid) + " on " + driver->host
                                      : std::string("another process");
    throw StoreError(StoreError::Kind::Locked, "experiment " + std::to_string(experiment) +
                                                   " is driven already, by " + holder +
                                                   "; watch that one, or end it first");
}

void refuseCopy(Database& database, std::int64_t experiment)
{
    if (const std::optional<Origin> origin = Mirrors(database).origin(experiment))
        throw StoreError(StoreError::Kind::Locked,
                         copyText("this", *origin) +
                             ", which is driven there; pause, resume, stop and retry are passed on to it");
}

/// A lock on a shared file system may not reach other hosts; a fresh heartbeat does.
bool beatsElsewhere(const std::optional<DriverInfo>& driver, TimePoint now)
{
    return driver && driver->running && driver->host != hostName() && now - driver->heartbeat < driverSilence;
}

} // namespace

std::optional<DriverInfo> driverInfo(Database& database, std::int64_t experiment)
{
    const std::optional<std::int64_t> token = database.tokens().find(experiment);
    Query query(database, R"sql(
        SELECT host, pid, started, heartbeat, notice, running, site_host, trials_folder, link, link_reason,
               coalesce(link_since, 0), next_try, heard
        FROM driver WHERE experiment = ? AND token IS ?)sql");
    if (!query.bind(experiment, token).next())
        return std::nullopt;
    DriverInfo info;
    std::optional<std::string> state;
    SiteLink link;
    query.read(info.host, info.pid, info.started, info.heartbeat, info.notice, info.running, info.place.host,
               info.place.folder, state, link.reason, link.since, link.nextTry, link.lastContact);
    if (state) {
        link.state = linkStateFromText(*state);
        info.link = std::move(link);
    }
    return info;
}

void beat(Database& database, std::int64_t experiment, TimePoint now, const std::string& notice,
          const std::optional<SiteLink>& link)
{
    database.tokens().find(experiment);
    Query query(database, R"sql(
        UPDATE driver SET heartbeat = ?, notice = ?, link = ?, link_reason = ?, link_since = ?, next_try = ?,
                          heard = ?
        WHERE experiment = ?)sql");
    const SiteLink said = link.value_or(SiteLink{});
    query.bind(now, notice, link ? std::optional(toText(said.state)) : std::nullopt, said.reason,
               link ? std::optional(said.since) : std::nullopt, said.nextTry, said.lastContact, experiment);
    query.run();
}

void setDriverInfo(Database& database, std::int64_t experiment, const DriverInfo& info)
{
    Query query(database, R"sql(
        INSERT OR REPLACE INTO driver (experiment, host, pid, started, heartbeat, notice, running, site_host,
                                       trials_folder, token)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?))sql");
    query.bind(experiment, info.host, info.pid, info.started, info.heartbeat, info.notice, info.running,
               info.place.host, info.place.folder, database.tokens().of(experiment));
    query.run();
    if (info.link)
        beat(database, experiment, info.heartbeat, info.notice, info.link);
}

DriverLease::DriverLease(Database& database, std::int64_t experiment, TimePoint now, const TrialsPlace& place)
    : m_database(database), m_experiment(experiment)
{
    refuseCopy(database, experiment);
    const std::optional<DriverInfo> before = driverInfo(database, experiment);
    if (beatsElsewhere(before, now))
        throwTaken(experiment, before);
    if (!m_lock.take(lockPath(database, experiment)))
        throwTaken(experiment, driverInfo(database, experiment));
    try {
        DriverInfo self;
        self.host = hostName();
        self.pid = getpid();
        self.started = self.heartbeat = now;
        self.running = true;
        self.place = place;
        setDriverInfo(database, experiment, self);
    } catch (...) {
        m_lock.release();
        throw;
    }
}

void DriverLease::release(TimePoint now)
{
    m_database.tokens().find(m_experiment);
    Query query(
        m_database,
        "UPDATE driver SET heartbeat = ?, notice = '', running = 0, link = NULL WHERE experiment = ?");
    query.bind(now, m_experiment).run();
    m_lock.release();
}

} // namespace widthwise
