// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace widthwise {

/// With four significant digits: "0.3412", "1.2e-05", "NaN", "Infinity".
std::string numberText(double value);

/// "1 trial", "3 trials".
std::string countText(std::int64_t count, std::string_view noun);

/// "3.4 GiB", "12 KiB", "7 B".
std::string bytesText(std::uint64_t bytes);

} // namespace widthwise
