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
    const std::size_t old = column.size();
    column.resize(old + items - skip);
    for (std::size_t i = skip; i < items; ++i) {
        Item item;
        std::memcpy(&item, packed.data() + i * sizeof(Item), sizeof(Item));
        column[old + i - skip] = item;
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

} // namespace widthwise
