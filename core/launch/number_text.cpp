// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/launch/number_text.h"

#include <charconv>
#include <cmath>
#include <limits>

namespace widthwise {

std::optional<double> numberFromText(std::string_view text)
{
    const std::size_t first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos)
        return std::nullopt;
    text = text.substr(first, text.find_last_not_of(" \t") + 1 - first);
    if (text.starts_with('+'))
        text.remove_prefix(1);
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

std::optional<std::uint32_t> stepFromText(std::string_view text)
{
    const std::optional<double> value = numberFromText(text);
    if (!value || !(*value >= 0) || *value > std::numeric_limits<std::uint32_t>::max() ||
        *value != std::floor(*value))
        return std::nullopt;
    return static_cast<std::uint32_t>(*value);
}

} // namespace widthwise
