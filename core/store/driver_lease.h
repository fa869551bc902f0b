// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/trial.h"
#include "core/store/database.h"
#include "core/store/file_lock.h"
#include "core/store/site_link.h"

#include <cstdint>
#include <optional>
#include <string>

namespace widthwise {

/// Who drives an experiment, as it last said.
struct DriverInfo {
    std::string host;
    std::int64_t pid = 0;
    TimePoint started{};
    TimePoint heartbeat{};
    std::string
        notice; ///< what it wants a person to know now (disk full, host out of reach); empty if nothing
    bool running = false; ///< false once it ended by itself
    TrialsPlace place;
    std::optional<SiteLink> link; ///< to `place.host`; null where that is the driver's own machine
    bool operator==(const DriverInfo&) const = default;
};

/// A driver beats every second; one silent for longer than this is lost.
inline constexpr std::chrono::seconds driverSilence{10};

/// Null where nobody ever drove it.
std::optional<DriverInfo> driverInfo(Database& database, std::int64_t experiment);

/// What a driver says of itself every second. Only one that has the lease may say it, from any thread.
void beat(Database& database, std::int64_t experiment, TimePoint now, const std::string& notice,
          const std::optional<SiteLink>& link = {});

/// Writes the whole row. Only a lease does that, or who copies the row from another store.
void setDriverInfo(Database& database, std::int64_t experiment, const DriverInfo& info);

/// The right to drive one experiment: an advisory lock on a file beside the store, which the system releases
/// when the process dies however it dies, and a row with a heartbeat for others to see.
class DriverLease {
public:
    /// Throws StoreError (Locked) naming the host and pid of the driver that has it, or the store that the
    /// experiment is a copy of.
    DriverLease(Database& database, std::int64_t experiment, TimePoint now, const TrialsPlace& place = {});

    /// Says goodbye: the driver ended by itself. A lease that is destroyed without it leaves a driver that
    /// seems lost.
    void release(TimePoint now);

private:
    Database& m_database;
    std::int64_t m_experiment;
    FileLock m_lock;
};

} // namespace widthwise
