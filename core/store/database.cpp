// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/database.h"

#include "core/store/lasting_locks.h"
#include "core/store/open_files.h"
#include "core/store/query.h"
#include "core/store/schema.h"
#include "core/system/home_directory.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <thread>

namespace widthwise {
namespace {

constexpr int busyTimeoutMilliseconds = 5000;

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

/// SQLite's busy timeout does not cover the switch to WAL while another connection makes it, too.
void switchToWal(SQLite::Database& handle)
{
    const auto deadline =
        std::chrono::steady_clock::now() + std::chrono::milliseconds(busyTimeoutMilliseconds);
    while (true) {
        try {
            handle.exec("PRAGMA journal_mode = WAL");
            return;
        } catch (const SQLite::Exception& error) {
            if (error.getErrorCode() != SQLITE_BUSY || std::chrono::steady_clock::now() > deadline)
                throw;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
}

void prepareForWriting(SQLite::Database& handle)
{
    switchToWal(handle);
    handle.exec("PRAGMA synchronous = NORMAL");
    handle.exec("PRAGMA journal_size_limit = 67108864");
    handle.exec("PRAGMA foreign_keys = ON");
    migrate(handle, schemaScripts());
}

/// A store of an older Widthwise is brought up to date by a connection that may write.
void bringUpToDate(const std::string& file, SQLite::Database& handle)
{
    const std::int64_t version = schemaVersion(handle);
    if (version == 0)
        throw StoreError(StoreError::Kind::Other, file + ": is empty; widthwisectl run FILE fills it");
    if (version < static_cast<std::int64_t>(schemaScripts().size()))
        Database(file, Database::Mode::ReadWrite);
}

std::string movedText(const OpenFiles::Change& change, const std::string& store)
{
    const bool gone = change.kind == OpenFiles::Change::Kind::Gone;
    if (!change.ofStore)
        return change.path + ", which belongs to the store " + store + ", was " +
               (gone ? "deleted" : "replaced") +
               " while the store was open, and nothing more is written; close all that has it open, then "
               "open it "
               "again";
    return "the store " + store + " was " + (gone ? "moved or deleted" : "replaced by another file") +
           " while it was open, and nothing more is written; " +
           (gone ? "put it back"
                 : "open it again to work with the file that lies there now, or put the old one back");
}

} // namespace

Database::Database(std::string file, Mode mode)
    : m_file(std::move(file)), m_statements(std::make_unique<StatementCache>())
{
    namespace fs = std::filesystem;
    makeLocksLast();
    std::error_code ignored; // SQLite then says that it cannot open the file
    if (mode == Mode::ReadWrite && fs::path(m_file).has_parent_path())
        fs::create_directories(fs::path(m_file).parent_path(), ignored);
    try {
        const int access =
            mode == Mode::ReadOnly ? SQLite::OPEN_READONLY : SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE;
        m_handle = std::make_unique<SQLite::Database>(m_file, access | SQLite::OPEN_NOMUTEX,
                                                      busyTimeoutMilliseconds);
        m_handle->exec("PRAGMA cache_size = -65536");
        refuseIfNewer(m_file, *m_handle);
        if (mode == Mode::ReadWrite)
            prepareForWriting(*m_handle);
        else
            bringUpToDate(m_file, *m_handle);
        m_files = std::make_unique<OpenFiles>(m_file, sqlite3_db_filename(m_handle->getHandle(), "main"));
    } catch (const SQLite::Exception& error) {
        throw storeError(m_file, m_handle.get(), error);
    }
}

/// The log that now lies at the path is another connection's: SQLite must neither write its own into the
/// store nor delete that one.
Database::~Database()
{
    const auto change = m_files ? m_files->change() : std::nullopt;
    if (change && change->kind == OpenFiles::Change::Kind::Replaced)
        sqlite3_db_config(m_handle->getHandle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
}

void Database::refuseIfMoved()
{
    const std::optional<OpenFiles::Change> change = m_files->change();
    if (!change)
        return;
    if (!change->ofStore && change->kind == OpenFiles::Change::Kind::Gone)
        sqlite3_wal_checkpoint_v2(m_handle->getHandle(), nullptr, SQLITE_CHECKPOINT_FULL, nullptr, nullptr);
    throw StoreError(StoreError::Kind::Moved, movedText(*change, m_file));
}

std::int64_t Database::dataVersion()
{
    Query query(*this, "PRAGMA data_version");
    query.next();
    std::int64_t version = 0;
    query.read(version);
    return version;
}

Transaction::Transaction(Database& database, Kind kind) : m_database(database)
{
    Query(database, kind == Kind::Writing ? "BEGIN IMMEDIATE" : "BEGIN").run();
}

Transaction::~Transaction()
{
    rollBack();
}

void Transaction::commit()
{
    try {
        Query(m_database, "COMMIT").run();
        m_open = false;
    } catch (const StoreError&) {
        rollBack();
        throw;
    }
}

void Transaction::rollBack() noexcept
{
    // After some errors SQLite has rolled back by itself.
    if (m_open && sqlite3_get_autocommit(m_database.handle().getHandle()) == 0)
        sqlite3_exec(m_database.handle().getHandle(), "ROLLBACK", nullptr, nullptr, nullptr);
    m_open = false;
}

std::string storeIdentity(Database& database)
{
    Query query(database, "SELECT identity FROM store");
    std::string identity;
    if (query.next())
        query.read(identity);
    return identity;
}

std::int64_t storeRevision(Database& database)
{
    Query query(database, "SELECT revision FROM store");
    std::int64_t revision = 0;
    if (query.next())
        query.read(revision);
    return revision;
}

std::string defaultStoreFile()
{
    namespace fs = std::filesystem;
    fs::path data;
    if (const char* xdg = std::getenv("XDG_DATA_HOME"); xdg != nullptr && fs::path(xdg).is_absolute())
        data = xdg;
    else
        data = fs::path(homeDirectory()) / ".local" / "share";
    return data / "widthwise" / "widthwise.db";
}

std::string trialsDirectory(const std::string& storeFile)
{
    return std::filesystem::path(storeFile).replace_extension("trials");
}

} // namespace widthwise
