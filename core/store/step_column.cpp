// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/step_column.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>

namespace widthwise {

static_assert(std::endian::native == std::endian::little, "steps are stored as they lie in memory");

namespace {

template <typename Item>
std::vector<std::byte> packedAs(std::span<const std::int64_t> steps)
{
    std::vector<std::byte> bytes(steps.size() * sizeof(Item));
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const auto item = static_cast<Item>(steps[i]);
        std::memcpy(bytes.data() + i * sizeof(Item), &item, sizeof(Item));
    }
    return bytes;
}

template <typename Item>
void append(std::vector<std::int64_t>& column, std::span<const std::byte> packed, std::size_t skip)
{
    const std::size_t items = packed.size() / sizeof(Item);
    if (skip >= items)
        return;
    const std::size_t count = items - skip;
    column.resize(column.size() + count);
    std::int64_t* const to = column.data() + column.size() - count;
    const std::byte* const from = packed.data() + skip * sizeof(Item);
    for (std::size_t i = 0; i < count; ++i) {
        Item item;
        std::memcpy(&item, from + i * sizeof(Item), sizeof(Item));
        to[i] = item;
    }
}

} // namespace

std::vector<std::byte> packedSteps(std::span<const std::int64_t> steps)
{
    const bool narrow = std::ranges::all_of(steps, [](std::int64_t step) {
        return step >= 0 && step <= std::numeric_limits<std::uint32_t>::max();
    });
    return narrow ? packedAs<std::uint32_t>(steps) : packedAs<std::int64_t>(steps);
}

void appendSteps(std::vector<std::int64_t>& column, std::span<const std::byte> packed, std::size_t count,
                 std::size_t skip)
{
    if (packed.size() >= count * sizeof(std::int64_t))
        append<std::int64_t>(column, packed, skip);
    else
        append<std::uint32_t>(column, packed, skip);
}

/// Without filling the column with zeros first where the values lie as a vector's do, as SQLite lays out a
/// blob of more than a page.
void appendValues(std::vector<double>& column, std::span<const std::byte> packed, std::size_t skip)
{
    const std::size_t items = packed.size() / sizeof(double);
    if (skip >= items)
        return;
    const std::byte* const from = packed.data() + skip * sizeof(double);
    const std::size_t count = items - skip;
    if (reinterpret_cast<std::uintptr_t>(from) % alignof(double) == 0) {
        const auto* const values = reinterpret_cast<const double*>(from);
        column.insert(column.end(), values, values + count);
    } else {
        column.resize(column.size() + count);
        std::memcpy(column.data() + column.size() - count, from, count * sizeof(double));
    }
}

} // namespace widthwise
