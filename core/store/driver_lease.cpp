// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/driver_lease.h"

#include "core/store/query.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

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
    return database.file() + "-driver-" + std::to_string(experiment);
}

/// The file may have been removed by its last holder between open and flock.
bool isStillAt(int file, const std::string& path)
{
    struct stat held {};
    struct stat present {};
    return fstat(file, &held) == 0 && stat(path.c_str(), &present) == 0 && held.st_ino == present.st_ino &&
           held.st_dev == present.st_dev;
}

/// A descriptor that holds the lock, or -1 where another holds it.
int takeLock(const std::string& path)
{
    while (true) {
        const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
        if (file < 0)
            throw StoreError(errno == ENOSPC ? StoreError::Kind::Full : StoreError::Kind::Other,
                             path + ": the driver's lock file cannot be created (" + std::strerror(errno) +
                                 "); check that its folder may be written");
        const bool locked = flock(file, LOCK_EX | LOCK_NB) == 0;
        if (locked && isStillAt(file, path))
            return file;
        ::close(file);
        if (!locked)
            return -1;
    }
}

[[noreturn]] void throwTaken(std::int64_t experiment, const std::optional<DriverInfo>& driver)
{
    const std::string holder = driver ? "process " + std::to_string(driver->pid) + " on " + driver->host
                                      : std::string("another process");
    throw StoreError(StoreError::Kind::Locked, "experiment " + std::to_string(experiment) +
                                                   " is driven already, by " + holder +
                                                   "; watch that one, or end it first");
}

/// A lock on a shared file system may not reach other hosts; a fresh heartbeat does.
bool beatsElsewhere(const std::optional<DriverInfo>& driver, TimePoint now)
{
    return driver && driver->running && driver->host != hostName() && now - driver->heartbeat < driverSilence;
}

} // namespace

std::optional<DriverInfo> driverInfo(Database& database, std::int64_t experiment)
{
    Query query(database, R"sql(
        SELECT host, pid, started, heartbeat, notice, running, site_host, trials_folder, link, link_reason,
               coalesce(link_since, 0), next_try, heard
        FROM driver WHERE experiment = ?)sql");
    if (!query.bind(experiment).next())
        return std::nullopt;
    DriverInfo info;
    std::optional<std::string> state;
    SiteLink link;
    query.read(info.host, info.pid, info.started, info.heartbeat, info.notice, info.running, info.place.host,
               info.place.folder, state, link.reason, link.since, link.nextTry, link.heard);
    if (state) {
        link.state = linkStateFromText(*state);
        info.link = std::move(link);
    }
    return info;
}

void beat(Database& database, std::int64_t experiment, TimePoint now, const std::string& notice,
          const std::optional<SiteLink>& link)
{
    Query query(database, R"sql(
        UPDATE driver SET heartbeat = ?, notice = ?, link = ?, link_reason = ?, link_since = ?, next_try = ?,
                          heard = ?
        WHERE experiment = ?)sql");
    const SiteLink said = link.value_or(SiteLink{});
    query.bind(now, notice, link ? std::optional(toText(said.state)) : std::nullopt, said.reason,
               link ? std::optional(said.since) : std::nullopt, said.nextTry, said.heard, experiment);
    query.run();
}

DriverLease::DriverLease(Database& database, std::int64_t experiment, TimePoint now, const TrialsPlace& place)
    : m_database(database), m_experiment(experiment)
{
    const std::optional<DriverInfo> before = driverInfo(database, experiment);
    if (beatsElsewhere(before, now))
        throwTaken(experiment, before);
    m_lockFile = takeLock(lockPath(database, experiment));
    if (m_lockFile < 0)
        throwTaken(experiment, driverInfo(database, experiment));
    try {
        Query query(database, R"sql(
            INSERT OR REPLACE INTO driver (experiment, host, pid, started, heartbeat, notice, running,
                                           site_host, trials_folder)
            VALUES (?, ?, ?, ?, ?, '', 1, ?, ?))sql");
        query.bind(experiment, hostName(), getpid(), now, now, place.host, place.folder).run();
    } catch (...) {
        unlock();
        throw;
    }
}

DriverLease::~DriverLease()
{
    unlock();
}

void DriverLease::unlock()
{
    if (m_lockFile < 0)
        return;
    ::unlink(lockPath(m_database, m_experiment).c_str());
    ::close(m_lockFile);
    m_lockFile = -1;
}

void DriverLease::release(TimePoint now)
{
    Query query(
        m_database,
        "UPDATE driver SET heartbeat = ?, notice = '', running = 0, link = NULL WHERE experiment = ?");
    query.bind(now, m_experiment).run();
    unlock();
}

} // namespace widthwise
