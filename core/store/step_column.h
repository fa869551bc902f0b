// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace widthwise {

// Steps as chunks keep them and as they travel: u32 each where all fit, else i64 each, little-endian. How
// many they are tells which.

std::vector<std::byte> packedSteps(std::span<const std::int64_t> steps);
/// Appends those from `skip` on of `count` packed steps. Fewer bytes than that give fewer steps.
void appendSteps(std::vector<std::int64_t>& column, std::span<const std::byte> packed, std::size_t count,
                 std::size_t skip = 0);

/// Appends the values from `skip` on of a column of f64 each.
void appendValues(std::vector<double>& column, std::span<const std::byte> packed, std::size_t skip = 0);

} // namespace widthwise
