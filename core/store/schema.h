// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace SQLite {
class Database;
}

namespace widthwise {

/// The SQL scripts that lead from an empty file to the newest schema: script n makes version n + 1 of version
/// n. Scripts that have been released never change.
std::span<const char* const> schemaScripts();

/// The `user_version` of the file. Throws SQLite::Exception where it is not a store of Widthwise.
std::int64_t schemaVersion(SQLite::Database& handle);

/// Throws StoreError (Newer) where a newer Widthwise has written the store `file`.
void refuseIfNewer(const std::string& file, SQLite::Database& handle);

/// False where migrate has something to do. Throws StoreError where there is nothing in the store `file`.
bool isUpToDate(const std::string& file, SQLite::Database& handle);

/// Runs those of `scripts` that the file has not seen yet, all in one transaction. Two processes may do it at
/// once.
void migrate(SQLite::Database& handle, std::span<const char* const> scripts);

} // namespace widthwise
