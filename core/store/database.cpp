// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/database.h"

#include "core/store/experiment_tokens.h"
#include "core/store/foreign_log.h"
#include "core/store/lasting_locks.h"
#include "core/store/open_files.h"
#include "core/store/query.h"
#include "core/store/schema.h"
#include "core/store/store_copy.h"
#include "core/system/home_directory.h"
#include "core/system/write_access.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <thread>

namespace widthwise {
namespace {

constexpr int busyTimeoutMilliseconds = 5000;

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

/// Of a store that exists, and of what SQLite has laid beside it.
std::string whyStoreNotWritable(const std::string& file)
{
    std::error_code error;
    const std::string real = std::filesystem::canonical(file, error);
    if (error)
        return {};
    const std::string folder = std::filesystem::path(real).parent_path();
    for (const std::string& path : {real, folder, real + "-wal", real + "-shm"})
        if (std::string reason = whyNotWritable(path); !reason.empty())
            return reason;
    return {};
}

/// A store that somebody else writes can be read beside them, without a trace, where SQLite's shared memory
/// is there and is one with theirs.
bool canShare(const std::string& file)
{
    std::error_code error;
    const std::string real = std::filesystem::canonical(file, error);
    return !error && std::filesystem::exists(real + "-shm", error) &&
           std::filesystem::exists(real + "-wal", error) && isOnThisMachine(real);
}

/// SQLite would wait for ever for the other end of a pipe.
void refuseUnlessFile(const std::string& file)
{
    std::error_code ignored;
    const auto type = std::filesystem::status(file, ignored).type();
    if (type != std::filesystem::file_type::regular &&
        std::filesystem::exists(std::filesystem::file_status(type)))
        throw StoreError(StoreError::Kind::Other,
                         file + " is " +
                             (type == std::filesystem::file_type::directory ? "a folder" : "no file") +
                             ", and a store is a file: name another one");
}

void refuseUnlessWritable(const std::string& file)
{
    if (const std::string reason = whyStoreNotWritable(file); !reason.empty())
        throw StoreError(StoreError::Kind::ReadOnly,
                         "the store " + file + " cannot be written: " + reason +
                             "; it can be looked at, and a copy of it elsewhere can be written");
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
    : m_file(std::move(file)), m_mode(mode), m_statements(std::make_unique<StatementCache>()),
      m_tokens(std::make_unique<ExperimentTokens>(*this))
{
    makeLocksLast();
    refuseUnlessFile(m_file);
    if (mode == Mode::ReadWrite)
        openForWriting();
    else
        openForReading();
    if (!m_copy)
        m_files = std::make_unique<OpenFiles>(m_file, sqlite3_db_filename(m_handle->getHandle(), "main"));
}

void Database::open(const std::string& file, int access)
{
    m_handle =
        std::make_unique<SQLite::Database>(file, access | SQLite::OPEN_NOMUTEX, busyTimeoutMilliseconds);
    m_handle->exec("PRAGMA cache_size = -65536");
}

void Database::openForWriting()
{
    refuseUnlessWritable(m_file);
    std::error_code ignored; // SQLite then says that it cannot open the file
    if (const auto folder = std::filesystem::path(m_file).parent_path(); !folder.empty())
        std::filesystem::create_directories(folder, ignored);
    try {
        open(m_file, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
        refuseForeignLog(m_file, *m_handle);
        refuseIfNewer(m_file, *m_handle);
        prepareForWriting(*m_handle);
    } catch (const SQLite::Exception& error) {
        throw storeError(m_file, m_handle.get(), error);
    }
}

void Database::openForReading()
{
    const bool writable = whyStoreNotWritable(m_file).empty();
    try {
        if (writable || canShare(m_file)) {
            open(m_file, SQLite::OPEN_READONLY);
            refuseForeignLog(m_file, *m_handle);
            refuseIfNewer(m_file, *m_handle);
            if (isUpToDate(m_file, *m_handle))
                return;
            m_handle.reset();
        }
        if (writable) {
            Database(m_file, Mode::ReadWrite); // which migrates it
            return open(m_file, SQLite::OPEN_READONLY);
        }
    } catch (const SQLite::Exception& error) {
        if (error.getErrorCode() != SQLITE_CANTOPEN && error.getErrorCode() != SQLITE_READONLY)
            throw storeError(m_file, m_handle.get(), error);
    }
    openCopy();
}

void Database::openCopy()
{
    m_handle.reset();
    m_copy = std::make_unique<StoreCopy>(m_file);
    try {
        open(m_copy->file(), SQLite::OPEN_READONLY);
    } catch (const SQLite::Exception& error) {
        throw storeError(m_file, m_handle.get(), error);
    }
}

/// A log that now lies at the path may be another connection's: SQLite must neither write its own into the
/// store nor delete that one.
Database::~Database()
{
    const auto change = m_files ? m_files->change() : std::nullopt;
    if (change)
        bringLogHome();
    if (change && change->kind == OpenFiles::Change::Kind::Replaced)
        sqlite3_db_config(m_handle->getHandle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
}

/// Wherever the files of this connection are by now, its log goes into its store, by descriptors.
void Database::bringLogHome()
{
    if (isReadOnly())
        return;
    m_files->removeLogFromOther();
    sqlite3_wal_checkpoint_v2(m_handle->getHandle(), nullptr, SQLITE_CHECKPOINT_FULL, nullptr, nullptr);
}

void Database::refuseIfMoved()
{
    const auto change = m_files ? m_files->change() : std::nullopt;
    if (!change)
        return;
    bringLogHome();
    throw StoreError(StoreError::Kind::Moved, movedText(*change, m_file));
}

std::int64_t Database::dataVersion()
{
    if (m_copy)
        m_copy->refresh();
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
        m_database.tokens().committed();
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
    if (m_open)
        m_database.tokens().rolledBack();
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

std::string storeWithoutLinks(const std::string& storeFile)
{
    namespace fs = std::filesystem;
    constexpr int mostLinks = 40; // as the kernel follows
    fs::path file = storeFile;
    std::error_code error;
    for (int i = 0; i < mostLinks && fs::is_symlink(file, error); ++i)
        file = file.parent_path() / fs::read_symlink(file, error);
    const fs::path real = fs::weakly_canonical(fs::absolute(file), error);
    return error ? file : real;
}

std::string trialsDirectory(const std::string& storeFile)
{
    return std::filesystem::path(storeWithoutLinks(storeFile)).replace_extension("trials");
}

} // namespace widthwise
