// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/foreign_log.h"

#include "core/store/database.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>

#include <filesystem>

namespace widthwise {
namespace {

/// Empty where it cannot be read: the store is new, or of a version that had none.
std::string identityIn(SQLite::Database& handle)
{
    try {
        return handle.execAndGet("SELECT identity FROM store").getString();
    } catch (const SQLite::Exception&) {
        return {};
    }
}

/// SQLite reads no log of a file that it takes for immutable.
std::string identityWithoutLog(const std::string& path)
{
    std::string uri = "file:";
    for (const char c : path)
        uri += c == '%' ? "%25" : c == '?' ? "%3f" : c == '#' ? "%23" : std::string(1, c);
    try {
        SQLite::Database file(uri + "?immutable=1", SQLite::OPEN_READONLY | SQLite::OPEN_URI);
        return identityIn(file);
    } catch (const SQLite::Exception&) {
        return {};
    }
}

} // namespace

void refuseForeignLog(const std::string& file, SQLite::Database& handle)
{
    const std::string main = sqlite3_db_filename(handle.getHandle(), "main");
    const std::string log = main + "-wal";
    std::error_code error;
    if (const auto size = std::filesystem::file_size(log, error); error || size == 0)
        return;
    const std::string before = identityWithoutLog(main);
    const std::string now = identityIn(handle);
    if (before.empty() || now.empty() || before == now)
        return;
    sqlite3_db_config(handle.getHandle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    throw StoreError(StoreError::Kind::Corrupt,
                     file + ": the log beside it is of another store, which lay here before; move " + file +
                         "-wal and " + file + "-shm to that one, or away");
}

} // namespace widthwise
