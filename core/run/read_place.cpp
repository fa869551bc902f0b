// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/read_place.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace widthwise {

namespace {

/// So much of what was read is compared each time; of a file that is shorter all.
constexpr std::size_t mostKnown = 4096;

/// As FNV-1a, but 0 for nothing.
std::uint64_t sumOf(std::string_view bytes)
{
    std::uint64_t sum = 0;
    for (const char byte : bytes)
        sum = (sum ^ static_cast<unsigned char>(byte)) * 0x100000001b3;
    return sum;
}

} // namespace

FileRequest ReadPlace::request(const std::string& path, std::int64_t limit, bool anyway) const
{
    const auto known = static_cast<std::int64_t>(m_known);
    return {path, m_offset - known, limit + known, anyway ? std::string() : m_stamp};
}

std::optional<std::string_view> ReadPlace::follows(const FileSlice& slice) const
{
    const std::string_view bytes = slice.bytes;
    const bool another = !m_inode.empty() && !slice.inode.empty() && slice.inode != m_inode;
    if (another || slice.size < m_offset || bytes.size() < m_known ||
        sumOf(bytes.substr(0, m_known)) != m_sum)
        return std::nullopt;
    return bytes.substr(m_known);
}

void ReadPlace::advance(const FileSlice& slice, std::size_t taken)
{
    const std::string_view read = std::string_view(slice.bytes).substr(0, m_known + taken);
    const bool wholeRest =
        m_offset - static_cast<std::int64_t>(m_known) + std::ssize(slice.bytes) >= slice.size;
    m_offset += static_cast<std::int64_t>(taken);
    m_known = std::min(read.size(), mostKnown);
    m_sum = sumOf(read.substr(read.size() - m_known));
    m_inode = slice.inode;
    m_stamp = wholeRest ? slice.stamp : std::string();
    m_seen = true;
}

nlohmann::json ReadPlace::state() const
{
    return {{"known", m_known}, {"sum", m_sum}, {"inode", m_inode}, {"seen", m_seen}};
}

ReadPlace ReadPlace::restored(std::int64_t offset, const nlohmann::json& state)
{
    ReadPlace place;
    place.m_offset = offset;
    place.m_known = state.value("known", std::size_t{0});
    place.m_sum = state.value("sum", place.m_sum);
    place.m_inode = state.value("inode", "");
    place.m_seen = state.value("seen", offset > 0);
    return place;
}

} // namespace widthwise
