// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace SQLite {
class Database;
}

namespace widthwise {

/// Throws StoreError (Corrupt) where the log beside the store `file`, which `handle` has open, is of another
/// store: one was put in the place of another, whose log stayed. SQLite takes any log for the store's own,
/// and would read and write the pages of that one in this one. Ask before anything is written; the handle
/// then leaves both files as they are.
void refuseForeignLog(const std::string& file, SQLite::Database& handle);

} // namespace widthwise
