// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schedule/ranked_values.h"

#include <algorithm>

namespace widthwise {

namespace {

constexpr std::size_t longestBlock = 512;

} // namespace

/// The first whose last entry does not come before `entry`, else the last block.
std::size_t RankedValues::blockOf(const Entry& entry) const
{
    const auto found =
        std::ranges::lower_bound(m_blocks, entry, {}, [](const auto& block) { return block.back(); });
    const auto place = static_cast<std::size_t>(found - m_blocks.begin());
    return std::min(place, m_blocks.size() - 1);
}

void RankedValues::insert(const Entry& entry)
{
    ++m_size;
    if (m_blocks.empty()) {
        m_blocks.push_back({entry});
        return;
    }
    const std::size_t place = blockOf(entry);
    std::vector<Entry>& block = m_blocks[place];
    block.insert(std::ranges::lower_bound(block, entry), entry);
    if (block.size() <= longestBlock)
        return;
    const auto half = block.begin() + longestBlock / 2;
    std::vector<Entry> upper(half, block.end());
    block.erase(half, block.end());
    m_blocks.insert(m_blocks.begin() + static_cast<std::ptrdiff_t>(place) + 1, std::move(upper));
}

void RankedValues::remove(const Entry& entry)
{
    const std::size_t place = blockOf(entry);
    std::vector<Entry>& block = m_blocks[place];
    block.erase(std::ranges::lower_bound(block, entry));
    --m_size;
    if (block.empty())
        m_blocks.erase(m_blocks.begin() + static_cast<std::ptrdiff_t>(place));
}

std::size_t RankedValues::rank(const Entry& entry) const
{
    if (m_blocks.empty())
        return 0;
    const std::size_t place = blockOf(entry);
    std::size_t before = 0;
    for (std::size_t i = 0; i < place; ++i)
        before += m_blocks[i].size();
    const std::vector<Entry>& block = m_blocks[place];
    return before + static_cast<std::size_t>(std::ranges::lower_bound(block, entry) - block.begin());
}

const RankedValues::Entry& RankedValues::at(std::size_t rank) const
{
    std::size_t place = 0;
    for (; rank >= m_blocks[place].size(); ++place)
        rank -= m_blocks[place].size();
    return m_blocks[place][rank];
}

} // namespace widthwise
