// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace widthwise {

/// The files that a connection has open: the store's, its log (-wal) and the log's index (-shm). SQLite goes
/// on in them whatever becomes of their paths.
class OpenFiles {
public:
    /// What lies at the paths now. `store` is the path as it was given, `main` as SQLite has it, without
    /// links.
    OpenFiles(const std::string& store, const std::string& main);

    struct Change {
        enum class Kind { Gone, Replaced };
        Kind kind;
        std::string path;
        bool ofStore; ///< not of its log or index
    };
    /// What came between the connection and the paths; the worst of it. Costs a stat() of each file.
    std::optional<Change> change() const;

    /// Deletes our log and its index where another store lies between them by now: whoever opens that one
    /// would read our pages in it, and write them into it.
    void removeLogFromOther() const;

private:
    using Inode = std::pair<dev_t, ino_t>;
    static std::optional<Inode> inodeAt(const std::string& path);

    std::string m_main;
    std::vector<std::pair<std::string, Inode>> m_files; ///< the store first
};

} // namespace widthwise
