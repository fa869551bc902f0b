// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/schema.h"

#include "core/store/database.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>

#include <array>
#include <string>

namespace widthwise {
namespace {

/// "WdWs": tells a store from any other SQLite file.
constexpr int applicationId = 0x57645773;

// Times are milliseconds since the Unix epoch, UTC. `parent` may name a row that is gone: ids are never used
// again. A NULL in a REAL column stands for NaN where the column holds a metric's value.
constexpr const char* version1 = R"sql(
CREATE TABLE experiment (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    name           TEXT NOT NULL UNIQUE,
    yaml           TEXT NOT NULL,
    base_directory TEXT NOT NULL,
    state          TEXT NOT NULL,
    reason         TEXT NOT NULL,
    created        INTEGER NOT NULL,
    started        INTEGER,
    finished       INTEGER,
    parent         INTEGER
) STRICT;

CREATE TABLE trial (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    experiment     INTEGER NOT NULL REFERENCES experiment(id) ON DELETE CASCADE,
    number         INTEGER NOT NULL,
    revision       INTEGER NOT NULL,
    configuration  TEXT NOT NULL,
    state          TEXT NOT NULL,
    attempt        INTEGER NOT NULL,
    continues      INTEGER NOT NULL,
    stop_becomes   TEXT,
    stop_asked     INTEGER,
    objective      REAL,
    objective_step INTEGER,
    last_step      INTEGER,
    created        INTEGER NOT NULL,
    queued         INTEGER,
    started        INTEGER,
    finished       INTEGER,
    seconds_before REAL NOT NULL,
    device         TEXT NOT NULL,
    reason         TEXT NOT NULL,
    parent         INTEGER,
    UNIQUE (experiment, number)
) STRICT;
CREATE INDEX trial_revision ON trial(experiment, revision);
CREATE INDEX trial_state ON trial(experiment, state);

CREATE TABLE metric (
    id         INTEGER PRIMARY KEY,
    experiment INTEGER NOT NULL REFERENCES experiment(id) ON DELETE CASCADE,
    name       TEXT NOT NULL,
    UNIQUE (experiment, name)
) STRICT;

CREATE TABLE series (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    trial        INTEGER NOT NULL REFERENCES trial(id) ON DELETE CASCADE,
    metric       INTEGER NOT NULL REFERENCES metric(id) ON DELETE CASCADE,
    revision     INTEGER NOT NULL,
    generation   INTEGER NOT NULL,
    tail_chunks  INTEGER NOT NULL,
    count        INTEGER NOT NULL,
    non_finite   INTEGER NOT NULL,
    last_step    INTEGER NOT NULL,
    last         REAL,
    minimum      REAL,
    maximum      REAL,
    minimum_step INTEGER NOT NULL,
    maximum_step INTEGER NOT NULL,
    UNIQUE (trial, metric)
) STRICT;
CREATE INDEX series_revision ON series(metric, revision);

-- Points first, first + 1, … of a series; steps are u32, vals f64, little-endian. Sealed chunks hold 1024 points,
-- those after the last multiple of 1024 (the live tail) whatever one append brought.
CREATE TABLE chunk (
    series INTEGER NOT NULL REFERENCES series(id) ON DELETE CASCADE,
    first  INTEGER NOT NULL,
    points INTEGER NOT NULL,
    steps  BLOB NOT NULL,
    vals   BLOB NOT NULL,
    PRIMARY KEY (series, first)
) STRICT, WITHOUT ROWID;

CREATE TABLE read_position (
    trial     INTEGER PRIMARY KEY REFERENCES trial(id) ON DELETE CASCADE,
    attempt   INTEGER NOT NULL,
    offset    INTEGER NOT NULL,
    collector TEXT NOT NULL
) STRICT;

CREATE TABLE command (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    experiment INTEGER NOT NULL REFERENCES experiment(id) ON DELETE CASCADE,
    kind       TEXT NOT NULL,
    trial      INTEGER NOT NULL,
    created    INTEGER NOT NULL,
    closed     INTEGER
) STRICT;
CREATE INDEX command_experiment ON command(experiment, closed);

CREATE TABLE driver (
    experiment INTEGER PRIMARY KEY REFERENCES experiment(id) ON DELETE CASCADE,
    host       TEXT NOT NULL,
    pid        INTEGER NOT NULL,
    started    INTEGER NOT NULL,
    heartbeat  INTEGER NOT NULL,
    notice     TEXT NOT NULL,
    running    INTEGER NOT NULL
) STRICT;
)sql";

// What a driver on another machine than its trials sees of them, and who looks at it. `site_host` and
// `trials_folder` as in TrialsPlace; `link` is NULL where the trials are on the driver's own machine.
constexpr const char* version2 = R"sql(
ALTER TABLE driver ADD COLUMN site_host     TEXT NOT NULL DEFAULT '';
ALTER TABLE driver ADD COLUMN trials_folder TEXT NOT NULL DEFAULT '';
ALTER TABLE driver ADD COLUMN link          TEXT;
ALTER TABLE driver ADD COLUMN link_reason   TEXT NOT NULL DEFAULT '';
ALTER TABLE driver ADD COLUMN link_since    INTEGER;
ALTER TABLE driver ADD COLUMN next_try      INTEGER;
ALTER TABLE driver ADD COLUMN heard         INTEGER;

CREATE TABLE watch (
    viewer     TEXT PRIMARY KEY,
    experiment INTEGER NOT NULL REFERENCES experiment(id) ON DELETE CASCADE,
    trial      INTEGER NOT NULL,
    until      INTEGER NOT NULL
) STRICT;
CREATE INDEX watch_experiment ON watch(experiment);

CREATE TABLE output (
    trial   INTEGER PRIMARY KEY REFERENCES trial(id) ON DELETE CASCADE,
    attempt INTEGER NOT NULL,
    first   INTEGER NOT NULL,
    bytes   BLOB NOT NULL,
    read    INTEGER NOT NULL
) STRICT;
)sql";

// Every change takes the store's next number, and the row that changed carries it: whoever knows a number can
// ask for what came since (core/mirror). `identity` is a name that no other store has. The numbers before
// this version were of an experiment or a metric each; that some of them are alike does no harm.
constexpr const char* version3 = R"sql(
CREATE TABLE store (
    identity TEXT NOT NULL,
    revision INTEGER NOT NULL
) STRICT;
INSERT INTO store SELECT lower(hex(randomblob(16))), max((SELECT coalesce(max(revision), 0) FROM trial),
                                                         (SELECT coalesce(max(revision), 0) FROM series));
CREATE INDEX trial_change ON trial(revision);
CREATE INDEX series_change ON series(revision);
CREATE TRIGGER trial_added AFTER INSERT ON trial BEGIN
    UPDATE store SET revision = max(revision, NEW.revision);
END;
CREATE TRIGGER trial_changed AFTER UPDATE OF revision ON trial BEGIN
    UPDATE store SET revision = max(revision, NEW.revision);
END;
CREATE TRIGGER series_changed AFTER UPDATE OF revision ON series BEGIN
    UPDATE store SET revision = max(revision, NEW.revision);
END;

ALTER TABLE experiment ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;
CREATE TRIGGER experiment_added AFTER INSERT ON experiment BEGIN
    UPDATE store SET revision = revision + 1;
    UPDATE experiment SET revision = (SELECT revision FROM store) WHERE id = NEW.id;
END;
CREATE TRIGGER experiment_changed
AFTER UPDATE OF name, yaml, base_directory, state, reason, started, finished, parent ON experiment BEGIN
    UPDATE store SET revision = revision + 1;
    UPDATE experiment SET revision = (SELECT revision FROM store) WHERE id = NEW.id;
END;

ALTER TABLE driver ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;
CREATE TRIGGER driver_added AFTER INSERT ON driver BEGIN
    UPDATE store SET revision = revision + 1;
    UPDATE driver SET revision = (SELECT revision FROM store) WHERE experiment = NEW.experiment;
END;
CREATE TRIGGER driver_changed AFTER UPDATE OF heartbeat ON driver BEGIN
    UPDATE store SET revision = revision + 1;
    UPDATE driver SET revision = (SELECT revision FROM store) WHERE experiment = NEW.experiment;
END;

-- A command that came from another store; the token tells whether it came before.
ALTER TABLE command ADD COLUMN token TEXT;
CREATE UNIQUE INDEX command_token ON command(token);

-- Stores elsewhere of whose experiments this one has copies. `host`, `file`, `program` and `ssh_config` as in Remote;
-- `identity` is empty until it was heard of, and the places tell up to where its changes are known.
CREATE TABLE mirror (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    host       TEXT NOT NULL,
    file       TEXT NOT NULL,
    program    TEXT NOT NULL,
    ssh_config TEXT NOT NULL,
    identity   TEXT NOT NULL,
    place      TEXT NOT NULL,
    wanted     INTEGER NOT NULL,
    problem    TEXT NOT NULL,
    heard      INTEGER,
    beat       INTEGER
) STRICT;

-- What is a copy of what, by the ids there. A copy that a person removed leaves NULL, and does not come again.
-- `missing` points of a series are not here yet.
CREATE TABLE mirrored_experiment (
    mirror     INTEGER NOT NULL REFERENCES mirror(id) ON DELETE CASCADE,
    remote     INTEGER NOT NULL,
    experiment INTEGER UNIQUE REFERENCES experiment(id) ON DELETE SET NULL,
    name       TEXT NOT NULL,
    parent     INTEGER,
    PRIMARY KEY (mirror, remote)
) STRICT, WITHOUT ROWID;

CREATE TABLE mirrored_trial (
    mirror INTEGER NOT NULL REFERENCES mirror(id) ON DELETE CASCADE,
    remote INTEGER NOT NULL,
    trial  INTEGER NOT NULL UNIQUE REFERENCES trial(id) ON DELETE CASCADE,
    parent INTEGER,
    PRIMARY KEY (mirror, remote)
) STRICT, WITHOUT ROWID;
CREATE INDEX mirrored_child ON mirrored_trial(mirror) WHERE parent IS NOT NULL;

CREATE TABLE mirrored_series (
    mirror     INTEGER NOT NULL REFERENCES mirror(id) ON DELETE CASCADE,
    remote     INTEGER NOT NULL,
    series     INTEGER NOT NULL UNIQUE REFERENCES series(id) ON DELETE CASCADE,
    generation INTEGER NOT NULL,
    missing    INTEGER NOT NULL,
    PRIMARY KEY (mirror, remote)
) STRICT, WITHOUT ROWID;
CREATE INDEX mirrored_missing ON mirrored_series(mirror) WHERE missing > 0;
)sql";

// An id may mean another experiment where a store was set back to an earlier state; a token never does. Rows
// carry that of their experiment. `mirrored_experiment` has that of the experiment there, 0 until it was
// heard of.
constexpr const char* version4 = R"sql(
ALTER TABLE experiment          ADD COLUMN token INTEGER NOT NULL DEFAULT 0;
ALTER TABLE trial               ADD COLUMN token INTEGER NOT NULL DEFAULT 0;
ALTER TABLE metric              ADD COLUMN token INTEGER NOT NULL DEFAULT 0;
ALTER TABLE series              ADD COLUMN token INTEGER NOT NULL DEFAULT 0;
ALTER TABLE command             ADD COLUMN owner INTEGER NOT NULL DEFAULT 0;
ALTER TABLE driver              ADD COLUMN token INTEGER NOT NULL DEFAULT 0;
ALTER TABLE mirrored_experiment ADD COLUMN token INTEGER NOT NULL DEFAULT 0;
UPDATE experiment SET token = (random() & 0x7fffffffffffffff) | 1;
UPDATE trial      SET token = (SELECT token FROM experiment WHERE id = trial.experiment);
UPDATE metric     SET token = (SELECT token FROM experiment WHERE id = metric.experiment);
UPDATE series     SET token = (SELECT token FROM trial WHERE id = series.trial);
UPDATE command    SET owner = (SELECT token FROM experiment WHERE id = command.experiment);
UPDATE driver     SET token = (SELECT token FROM experiment WHERE id = driver.experiment);
)sql";

// What befell the metrics of a trial, as JSON; empty where nothing did. Steps may be i64 each: eight bytes a
// point.
constexpr const char* version5 = R"sql(
ALTER TABLE trial ADD COLUMN notices TEXT NOT NULL DEFAULT '';
)sql";

// The file that an experiment was read from or written to, and what it said then.
constexpr const char* version6 = R"sql(
CREATE TABLE experiment_file (
    experiment INTEGER PRIMARY KEY REFERENCES experiment(id) ON DELETE CASCADE,
    path       TEXT NOT NULL,
    text       TEXT NOT NULL
) STRICT;
)sql";

// Who brought a trial into its state, and where it stands among the scheduler's rungs.
constexpr const char* version7 = R"sql(
ALTER TABLE trial ADD COLUMN agent         TEXT NOT NULL DEFAULT 'program';
ALTER TABLE trial ADD COLUMN interruptions INTEGER NOT NULL DEFAULT 0;
ALTER TABLE trial ADD COLUMN bracket       INTEGER NOT NULL DEFAULT 0;
ALTER TABLE trial ADD COLUMN rung          INTEGER NOT NULL DEFAULT 0;
ALTER TABLE trial ADD COLUMN until_step    INTEGER;
ALTER TABLE trial ADD COLUMN promoted_from INTEGER;
UPDATE trial SET agent = 'person' WHERE state = 'paused' OR stop_becomes = 'paused' OR reason = 'stopped by request';
UPDATE trial SET agent = 'scheduler' WHERE reason LIKE 'worse than the median%';
UPDATE trial SET agent = 'experiment' WHERE reason LIKE 'the experiment %';
)sql";

// What the checkpoints of trials take, and which of them nothing can need. What a person changes of an
// experiment that was started: the file that a command asks for, and what a driver took of it and when.
constexpr const char* version8 = R"sql(
ALTER TABLE trial ADD COLUMN checkpoint_bytes   INTEGER;
ALTER TABLE trial ADD COLUMN checkpoint_dropped INTEGER NOT NULL DEFAULT 0;
ALTER TABLE command ADD COLUMN text TEXT NOT NULL DEFAULT '';
ALTER TABLE experiment ADD COLUMN changes TEXT NOT NULL DEFAULT '';
)sql";

// A trial that may end by itself before it is asked to stop, and where one began that is a copy.
constexpr const char* version9 = R"sql(
ALTER TABLE trial ADD COLUMN first_rung INTEGER;
ALTER TABLE trial ADD COLUMN stop_waits INTEGER NOT NULL DEFAULT 0;
)sql";

constexpr std::array released{version1, version2, version3, version4, version5,
                              version6, version7, version8, version9};

std::int64_t number(SQLite::Database& handle, const char* sql)
{
    return handle.execAndGet(sql).getInt64();
}

} // namespace

std::span<const char* const> schemaScripts()
{
    return released;
}

std::int64_t schemaVersion(SQLite::Database& handle)
{
    const std::int64_t version = number(handle, "PRAGMA user_version");
    const bool empty = version == 0 && number(handle, "SELECT count(*) FROM sqlite_schema") == 0;
    if (!empty && number(handle, "PRAGMA application_id") != applicationId)
        throw SQLite::Exception("it is the database of another program", SQLITE_NOTADB);
    return version;
}

void refuseIfNewer(const std::string& file, SQLite::Database& handle)
{
    const std::int64_t version = schemaVersion(handle);
    const auto newest = static_cast<std::int64_t>(schemaScripts().size());
    if (version > newest)
        throw StoreError(StoreError::Kind::Newer, file + ": written by a newer Widthwise (format " +
                                                      std::to_string(version) + ", this one knows " +
                                                      std::to_string(newest) +
                                                      "); update Widthwise, or choose another store");
}

bool isUpToDate(const std::string& file, SQLite::Database& handle)
{
    const std::int64_t version = schemaVersion(handle);
    if (version == 0)
        throw StoreError(StoreError::Kind::Other, file + ": is empty; widthwisectl run FILE fills it");
    return version >= static_cast<std::int64_t>(schemaScripts().size());
}

void migrate(SQLite::Database& handle, std::span<const char* const> scripts)
{
    const auto newest = static_cast<std::int64_t>(scripts.size());
    if (schemaVersion(handle) >= newest)
        return;
    SQLite::Transaction transaction(handle, SQLite::TransactionBehavior::IMMEDIATE);
    std::int64_t version = schemaVersion(handle); // another process may have been faster
    if (version >= newest)
        return;
    for (; version < newest; ++version)
        handle.exec(scripts[static_cast<std::size_t>(version)]);
    handle.exec("PRAGMA application_id = " + std::to_string(applicationId));
    handle.exec("PRAGMA user_version = " + std::to_string(newest));
    transaction.commit();
}

} // namespace widthwise
