// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/trial.h"
#include "core/store/database.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace widthwise {

/// A store on another machine, and the way to it.
struct Remote {
    std::string host;           ///< as for `ssh`; `local`: this machine
    std::string file = {};      ///< the store there; empty: the usual one of the person there
    std::string program = {};   ///< widthwisectl there; empty: the one in PATH
    std::string sshConfig = {}; ///< in place of the person's own; empty: that
    bool operator==(const Remote&) const = default;
};

/// A store elsewhere of whose experiments this one keeps copies, and how the process that does so last was.
struct MirrorRecord {
    std::int64_t id = 0;
    Remote remote;
    bool wanted = true;                   ///< false once a person detached it
    std::string problem;                  ///< why nothing is heard of it now, one sentence; empty if it is
    std::optional<TimePoint> lastContact; ///< when its changes were last known
    std::optional<TimePoint> beat;        ///< the process's last sign of life
    bool operator==(const MirrorRecord&) const = default;
};

/// Whether a process mirrors it now.
bool isAttached(const MirrorRecord& mirror, TimePoint now);

/// What an experiment is a copy of.
struct Origin {
    MirrorRecord mirror;
    std::string name; ///< of the experiment there
    bool operator==(const Origin&) const = default;
};

/// "gn2-lr@juwels is a copy of gn2-lr on juwels", the begin of a refusal.
std::string copyText(const std::string& name, const Origin& origin);

/// Which stores are mirrored, and what is a copy of what.
class Mirrors {
public:
    explicit Mirrors(Database& database) : m_database(database) {}

    std::vector<MirrorRecord> all();
    std::optional<MirrorRecord> find(std::int64_t id);
    /// The mirror of this store, which is wanted afterwards; a new one where there is none. What is empty in
    /// `remote` stays as it was.
    MirrorRecord attach(const Remote& remote);
    /// Its process ends soon; the copies stay.
    void detach(std::int64_t id);
    /// Removes it with all of its copies. Throws StoreError while a process keeps them.
    void forget(std::int64_t id);
    /// Why its process ended.
    void setProblem(std::int64_t id, const std::string& problem);
    /// A sign of life of its process.
    void beat(std::int64_t id, const std::string& problem, TimePoint now);

    /// What its process holds a FileLock on.
    std::string lockFile(std::int64_t id) const;
    /// Whether a process has it.
    bool isKept(std::int64_t id) const;

    /// Null for an experiment of this store itself.
    std::optional<Origin> origin(std::int64_t experiment);
    /// By experiment.
    std::map<std::int64_t, Origin> origins();

private:
    Database& m_database;
};

} // namespace widthwise
