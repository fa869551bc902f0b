// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/system/temporary_folder.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace widthwise {

/// A copy, for this process alone, of a store that lies where nothing can be written. SQLite cannot read such
/// a store where it needs a place for its shared memory, and a store of an older Widthwise has to be migrated
/// first. The copy holds what the write-ahead log held, and is of the newest schema.
class StoreCopy {
public:
    /// Throws StoreError, which names the store and not the copy.
    explicit StoreCopy(std::string store);

    const std::string& file() const { return m_view; }
    /// Brings the copy up to date where the store has changed since, as from another machine. Connections to
    /// the copy stay as they are, and see it as a change made by another connection.
    void refresh();

private:
    /// What tells that a file has changed.
    struct Stamp {
        std::uint64_t inode = 0; ///< 0: there is no such file
        std::int64_t size = 0;
        std::int64_t modified = 0; ///< ns
        std::string header;        ///< of the write-ahead log: another one begins another log
        bool operator==(const Stamp&) const = default;
    };
    using Stamps = std::vector<Stamp>; ///< of the store's files

    static Stamp stampOf(const std::string& path);
    Stamps stamps() const;
    bool bringOver();
    void take();

    std::string m_store;
    TemporaryFolder m_folder;
    std::string m_view;
    std::string m_incoming;
    Stamps m_taken;
    std::chrono::steady_clock::time_point m_nextLook{};
};

} // namespace widthwise
