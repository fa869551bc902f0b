// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/amount_text.h"

#include <array>
#include <cmath>
#include <cstdio>

namespace widthwise {

namespace {

std::string formatted(const char* format, double value, const char* unit = "")
{
    std::array<char, 64> buffer{};
    std::snprintf(buffer.data(), buffer.size(), format, value, unit);
    return buffer.data();
}

} // namespace

std::string numberText(double value)
{
    if (std::isnan(value))
        return "NaN";
    if (std::isinf(value))
        return value > 0 ? "Infinity" : "-Infinity";
    return formatted("%.4g", value);
}

std::string countText(std::int64_t count, std::string_view noun)
{
    return std::to_string(count) + ' ' + std::string(noun) + (count == 1 ? "" : "s");
}

std::string bytesText(std::uint64_t bytes)
{
    constexpr std::array units{"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
    auto amount = static_cast<double>(bytes);
    std::size_t unit = 0;
    for (; amount >= 1024 && unit + 1 < units.size(); ++unit)
        amount /= 1024;
    return formatted(unit > 0 && amount < 10 ? "%.1f %s" : "%.0f %s", amount, units.at(unit));
}

} // namespace widthwise
