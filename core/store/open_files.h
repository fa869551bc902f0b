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

private:
    using Inode = std::pair<dev_t, ino_t>;
    static std::optional<Inode> inodeAt(const std::string& path);

    std::vector<std::pair<std::string, Inode>> m_files; ///< the store first
};

} // namespace widthwise
