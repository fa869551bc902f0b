// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/store_copy.h"

#include "core/store/foreign_log.h"
#include "core/store/query.h"
#include "core/store/schema.h"

#include <SQLiteCpp/Backup.h>
#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <thread>

namespace widthwise {

namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

/// In the order in which they are copied: a log that came after its database holds all that the database may
/// lack, as long as it is the same log.
constexpr std::array<const char*, 3> suffixes{"", "-journal", "-wal"};
constexpr std::size_t logHeader = 32;
constexpr int tries = 20;

} // namespace

StoreCopy::StoreCopy(std::string store)
    : m_store(std::move(store)), m_view(m_folder.path() + "/view.db"),
      m_incoming(m_folder.path() + "/incoming.db")
{
    take();
}

StoreCopy::Stamp StoreCopy::stampOf(const std::string& path)
{
    struct stat about {};
    if (stat(path.c_str(), &about) != 0)
        return {};
    Stamp stamp{about.st_ino,
                about.st_size,
                std::int64_t{about.st_mtim.tv_sec} * 1'000'000'000 + about.st_mtim.tv_nsec,
                {}};
    if (path.ends_with("-wal")) {
        stamp.header.resize(logHeader);
        std::ifstream(path, std::ios::binary).read(stamp.header.data(), logHeader);
    }
    return stamp;
}

StoreCopy::Stamps StoreCopy::stamps() const
{
    Stamps stamps;
    for (const char* suffix : suffixes)
        stamps.push_back(stampOf(m_store + suffix));
    return stamps;
}

/// False where the files changed meanwhile in a way that may have torn the copy: a log that only grew has
/// not.
bool StoreCopy::bringOver()
{
    const Stamps before = stamps();
    for (std::size_t i = 0; i < suffixes.size(); ++i) {
        const std::string to = m_incoming + suffixes[i];
        std::error_code error;
        fs::remove(to, error);
        if (before[i].inode == 0)
            continue;
        fs::copy_file(m_store + suffixes[i], to, error);
        if (error == std::errc::no_such_file_or_directory)
            return false;
        if (error == std::errc::no_space_on_device)
            throw StoreError(StoreError::Kind::Full,
                             m_store + ": there is no room for a copy to look at in " + m_folder.path() +
                                 "; set TMPDIR to a folder with more");
        if (error)
            throw StoreError(StoreError::Kind::Other, m_store + ": cannot be read: " + error.message());
        fs::permissions(to, fs::perms::owner_read | fs::perms::owner_write, error);
    }
    const Stamps after = stamps();
    m_taken = before;
    return before[0] == after[0] && before[1] == after[1] && before[2].inode == after[2].inode &&
           before[2].header == after[2].header;
}

void StoreCopy::take()
{
    const Clock::time_point begin = Clock::now();
    for (int i = 0; !bringOver(); ++i) {
        if (i == tries)
            throw StoreError(StoreError::Kind::Locked,
                             m_store + ": is written to all the time, from another machine perhaps; look "
                                       "again when that is over");
        std::this_thread::sleep_for(50ms);
    }
    std::unique_ptr<SQLite::Database> incoming;
    try {
        incoming = std::make_unique<SQLite::Database>(m_incoming, SQLite::OPEN_READWRITE);
        refuseForeignLog(m_store, *incoming);
        refuseIfNewer(m_store, *incoming);
        if (!isUpToDate(m_store, *incoming))
            migrate(*incoming, schemaScripts());
        incoming->exec("PRAGMA journal_mode = DELETE"); // takes in the log
        SQLite::Database view(m_view, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
        if (SQLite::Backup(view, *incoming).executeStep() != SQLITE_DONE)
            m_taken.clear(); // somebody reads the view; the next look brings it
    } catch (const SQLite::Exception& error) {
        throw storeError(m_store, incoming.get(), error);
    }
    // A large store, or one that changes all the time, is not copied all the time.
    m_nextLook = Clock::now() + std::max<Clock::duration>(1s, 10 * (Clock::now() - begin));
}

void StoreCopy::refresh()
{
    if (Clock::now() < m_nextLook)
        return;
    m_nextLook = Clock::now() + 200ms;
    if (stamps() != m_taken)
        take();
}

} // namespace widthwise
