// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/duration_text.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>

namespace widthwise {

namespace {

struct Unit {
    std::string_view name;
    double seconds;
};
constexpr std::array<Unit, 4> units{{{"d", 86400}, {"h", 3600}, {"min", 60}, {"s", 1}}};

void skipSpaces(std::string_view& text)
{
    while (text.starts_with(' '))
        text.remove_prefix(1);
}

} // namespace

std::optional<std::chrono::duration<double>> durationFromText(std::string_view text)
{
    double seconds = 0;
    std::size_t next = 0; // units come from the largest to the smallest, each at most once
    skipSpaces(text);
    if (text.empty())
        return std::nullopt;
    while (!text.empty()) {
        double number = 0;
        const char* end = text.data() + text.size();
        const auto [at, error] = std::from_chars(text.data(), end, number, std::chars_format::fixed);
        if (error != std::errc() || !(number >= 0) || !std::isfinite(number))
            return std::nullopt;
        text.remove_prefix(static_cast<std::size_t>(at - text.data()));
        skipSpaces(text);
        std::size_t unit = next;
        while (unit < units.size() && !text.starts_with(units[unit].name))
            ++unit;
        if (text.empty() && next == 2) // `1h30`
            unit = 2;
        else if (unit == units.size())
            return std::nullopt;
        else
            text.remove_prefix(units[unit].name.size());
        seconds += number * units[unit].seconds;
        next = unit + 1;
        skipSpaces(text);
    }
    return std::chrono::duration<double>(seconds);
}

std::string durationToText(std::chrono::duration<double> duration)
{
    const double seconds = duration.count();
    if (seconds != std::floor(seconds) || seconds < 1 || seconds > 1e15) {
        std::array<char, 512> digits;
        const auto end =
            std::to_chars(digits.data(), digits.data() + digits.size(), seconds, std::chars_format::fixed)
                .ptr;
        return std::string(digits.data(), end) + "s";
    }
    std::string text;
    auto rest = static_cast<std::int64_t>(seconds);
    for (const Unit& unit : units) {
        const auto size = static_cast<std::int64_t>(unit.seconds);
        if (rest >= size)
            text += std::to_string(rest / size) + std::string(unit.name);
        rest %= size;
    }
    return text;
}

} // namespace widthwise
