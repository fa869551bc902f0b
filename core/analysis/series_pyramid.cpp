// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/series_pyramid.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace widthwise {
namespace {

constexpr std::size_t fanOut = 4;

void widen(Extent& extent, double value)
{
    if (std::isfinite(value)) {
        extent.minimum = std::min(extent.minimum, value);
        extent.maximum = std::max(extent.maximum, value);
    } else {
        extent.nonFinite = true;
    }
}

void widen(Extent& extent, const Extent& other)
{
    extent.minimum = std::min(extent.minimum, other.minimum);
    extent.maximum = std::max(extent.maximum, other.maximum);
    extent.nonFinite = extent.nonFinite || other.nonFinite;
}

template <typename Item>
void widen(Extent& extent, const std::vector<Item>& items, std::size_t first, std::size_t last)
{
    for (std::size_t i = first; i < last; ++i)
        widen(extent, items[i]);
}

/// Takes in the items of [first, last) that no full block covers, and makes the rest block indices.
template <typename Item>
void widenByEdges(Extent& extent, const std::vector<Item>& items, std::size_t& first, std::size_t& last)
{
    const std::size_t firstFull = (first + fanOut - 1) / fanOut;
    const std::size_t lastFull = last / fanOut;
    if (firstFull >= lastFull) {
        widen(extent, items, first, last);
        first = last = 0;
        return;
    }
    widen(extent, items, first, firstFull * fanOut);
    widen(extent, items, lastFull * fanOut, last);
    first = firstFull;
    last = lastFull;
}

/// Appends the extents of the full blocks of `items` that `blocks` lacks.
template <typename Item>
void extend(std::vector<Extent>& blocks, const std::vector<Item>& items)
{
    for (std::size_t block = blocks.size(); block < items.size() / fanOut; ++block)
        widen(blocks.emplace_back(), items, block * fanOut, (block + 1) * fanOut);
}

} // namespace

void SeriesPyramid::append(std::int64_t step, double value)
{
    append(std::span(&step, 1), std::span(&value, 1));
}

void SeriesPyramid::append(std::span<const std::int64_t> steps, std::span<const double> values)
{
    assert(steps.size() == values.size());
    const std::size_t oldSize = size();
    m_steps.insert(m_steps.end(), steps.begin(), steps.end());
    m_values.insert(m_values.end(), values.begin(), values.end());
    completeBlocks(oldSize);
}

void SeriesPyramid::completeBlocks(std::size_t oldSize)
{
    std::size_t before = oldSize / fanOut;
    std::size_t after = size() / fanOut;
    for (std::size_t level = 0; after > before; ++level, before /= fanOut, after /= fanOut) {
        if (level == m_levels.size())
            m_levels.emplace_back();
        if (level == 0)
            extend(m_levels[0], m_values);
        else
            extend(m_levels[level], m_levels[level - 1]);
    }
}

void SeriesPyramid::clear()
{
    m_steps.clear();
    m_values.clear();
    m_levels.clear();
}

Extent SeriesPyramid::extent(std::size_t first, std::size_t last) const
{
    assert(first <= last && last <= size());
    Extent extent;
    widenByEdges(extent, m_values, first, last);
    for (std::size_t level = 0; first < last; ++level)
        widenByEdges(extent, m_levels[level], first, last);
    return extent;
}

} // namespace widthwise
