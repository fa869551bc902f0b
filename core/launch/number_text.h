// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace widthwise {

/// The whole of `text`, outer spaces aside, as a number in any spelling that programs print, `nan` and `-inf`
/// included.
std::optional<double> numberFromText(std::string_view text);

/// As a step: a whole number from 0 to 2^32 - 1.
std::optional<std::uint32_t> stepFromText(std::string_view text);

} // namespace widthwise
