// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>

namespace SQLite {
class Database;
}

namespace widthwise {

class ExperimentTokens;
class OpenFiles;
class StatementCache;
class StoreCopy;

class StoreError : public std::runtime_error {
public:
    enum class Kind {
        Full,
        Locked,
        Corrupt,
        Newer,
        Moved,    ///< the store was moved, deleted or replaced while it was open
        ReadOnly, ///< it lies where it cannot be written, or was opened to be looked at
        Other
    };
    StoreError(Kind kind, const std::string& message) : std::runtime_error(message), m_kind(kind) {}
    Kind kind() const { return m_kind; }

private:
    Kind m_kind;
};

/// One connection to a store file (SQLite, WAL). Use one per thread. Opening creates the file and migrates it
/// to the newest schema (`user_version`); a store written by a newer Widthwise is refused, not touched.
class Database {
public:
    enum class Mode { ReadWrite, ReadOnly };

    /// Throws StoreError naming the file and the fix. A store that lies where nothing can be written can be
    /// read: as it is where SQLite can do that, else as a copy that follows it.
    explicit Database(std::string file, Mode mode = Mode::ReadWrite);
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    const std::string& file() const { return m_file; }
    bool isReadOnly() const { return m_mode == Mode::ReadOnly; }
    /// Differs from the last answer when another connection has written: `PRAGMA data_version`, microseconds.
    std::int64_t dataVersion();
    /// Throws StoreError (Moved) where another file lies at the store's path than this connection has open,
    /// or none. What this connection and those beside it had written is then in the file that they have open,
    /// and no log of theirs is beside another store. Query asks it before anything is read or written;
    /// microseconds.
    void refuseIfMoved();

    /// For the classes of this folder; see Query.
    SQLite::Database& handle() { return *m_handle; }
    StatementCache& statements() { return *m_statements; }
    ExperimentTokens& tokens() { return *m_tokens; }

private:
    void open(const std::string& file, int access);
    void openForWriting();
    void openForReading();
    void openCopy();
    void bringLogHome();

    std::string m_file;
    Mode m_mode;
    std::unique_ptr<StoreCopy> m_copy;
    std::unique_ptr<SQLite::Database> m_handle;
    std::unique_ptr<OpenFiles> m_files;
    std::unique_ptr<StatementCache> m_statements;
    std::unique_ptr<ExperimentTokens> m_tokens;
};

/// BEGIN IMMEDIATE … COMMIT; rolls back unless committed. Does not nest.
class Transaction {
public:
    enum class Kind {
        Writing,
        Reading ///< everything read is of one moment; nobody is kept from writing
    };
    explicit Transaction(Database& database, Kind kind = Kind::Writing);
    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    /// Throws StoreError (Full where the disk is); the transaction is then rolled back.
    void commit();

private:
    void rollBack() noexcept;

    Database& m_database;
    bool m_open = true;
};

/// A name that no other store has, wherever its file is moved.
std::string storeIdentity(Database& database);
/// The number of its last change.
std::int64_t storeRevision(Database& database);

/// The place of a row among the changes of a store: rows that changed later come after it.
struct ChangePlace {
    std::int64_t revision = -1;
    std::int64_t id = 0;
    bool operator==(const ChangePlace&) const = default;
};

/// `$XDG_DATA_HOME/widthwise/widthwise.db`, `~/.local/share/…` where that is unset.
std::string defaultStoreFile();

/// The file that a store's path names, without links in it. What belongs to a store lies beside that file, so
/// that it is found by every name.
std::string storeWithoutLinks(const std::string& storeFile);

/// Where the trial directories of a store lie: beside it, `widthwise.trials` for `widthwise.db`.
std::string trialsDirectory(const std::string& storeFile);

} // namespace widthwise
