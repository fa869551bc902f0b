// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/host/host.h"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace widthwise {

/// Up to where a growing file was read, and what it was then: enough to see that another file is in its
/// place, or that it was written anew, be it longer than before.
class ReadPlace {
public:
    std::int64_t offset() const { return m_offset; }
    bool seen() const { return m_seen; }

    /// Of what follows, at most `limit` bytes, with the stretch before it that tells whether the file is the
    /// same. An unchanged file needs not be read, but with `anyway`.
    FileRequest request(const std::string& path, std::int64_t limit, bool anyway) const;
    /// The bytes behind the place in the answer, or nothing where the file is not the one that was read.
    std::optional<std::string_view> follows(const FileSlice& slice) const;
    /// `taken` of these bytes were taken.
    void advance(const FileSlice& slice, std::size_t taken);

    nlohmann::json state() const;
    /// `offset` as it is kept beside it.
    static ReadPlace restored(std::int64_t offset, const nlohmann::json& state);

private:
    std::int64_t m_offset = 0;
    std::size_t m_known = 0; ///< so many bytes before the offset are known by their sum
    std::uint64_t m_sum = 0;
    std::string m_inode;
    std::string m_stamp; ///< of the file when there was nothing more to read
    bool m_seen = false;
};

} // namespace widthwise
