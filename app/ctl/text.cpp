// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/text.h"

#include <array>
#include <cmath>
#include <cstdio>
#include <ctime>

namespace widthwise::ctl {

namespace {

template <typename... Values>
std::string formatted(const char* format, Values... values)
{
    std::array<char, 64> buffer{};
    std::snprintf(buffer.data(), buffer.size(), format, values...);
    return buffer.data();
}

std::string timeText(const std::tm& time, const char* format)
{
    std::array<char, 64> buffer{};
    return {buffer.data(), std::strftime(buffer.data(), buffer.size(), format, &time)};
}

std::tm localTime(TimePoint time)
{
    const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
    std::tm result{};
    localtime_r(&seconds, &result);
    return result;
}

bool startsCharacter(char byte)
{
    return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
}

} // namespace

std::string durationText(Seconds duration)
{
    const double exact = std::max(0.0, duration.count());
    if (exact < 9.95)
        return formatted("%.1f s", exact);
    const long long seconds = std::llround(exact);
    if (seconds < 60)
        return formatted("%lld s", seconds);
    const long long minutes = seconds / 60;
    if (minutes < 60)
        return formatted("%lld min", minutes);
    const long long hours = minutes / 60;
    if (hours < 24)
        return formatted("%lld h %02lld", hours, minutes % 60);
    return formatted("%lld d %lld h", hours / 24, hours % 24);
}

std::string aboutText(Seconds duration)
{
    return "about " +
           (duration.count() < 10 ? formatted("%.0f s", duration.count()) : durationText(duration));
}

std::string valueText(const Value& value)
{
    const auto* number = std::get_if<double>(&value);
    return number != nullptr ? numberText(*number) : toText(value);
}

std::string localTimeText(TimePoint time, TimePoint now)
{
    const std::tm then = localTime(time);
    const std::tm today = localTime(now);
    if (then.tm_year == today.tm_year && then.tm_yday == today.tm_yday)
        return timeText(then, "%H:%M");
    return timeText(then, then.tm_year == today.tm_year ? "%e %b %H:%M" : "%e %b %Y");
}

std::string isoTimeText(TimePoint time)
{
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
    const std::time_t whole = std::chrono::system_clock::to_time_t(seconds);
    std::tm utc{};
    gmtime_r(&whole, &utc);
    const auto rest = static_cast<int>((time - seconds).count());
    return timeText(utc, "%Y-%m-%dT%H:%M:%S") + formatted(".%03dZ", rest);
}

std::string variedText(const Configuration& configuration, const SearchSpace& space)
{
    std::string text;
    for (const Parameter* parameter : space.varied())
        if (const Value* value = configuration.find(parameter->name))
            text += (text.empty() ? "" : ", ") + parameter->name + ' ' + valueText(*value);
    return text;
}

std::size_t displayWidth(std::string_view text)
{
    std::size_t width = 0;
    for (const char byte : text)
        width += startsCharacter(byte) ? 1 : 0;
    return width;
}

std::string cutToWidth(std::string_view text, std::size_t columns)
{
    const std::size_t lineEnd = text.find('\n');
    const bool more = lineEnd != std::string_view::npos && lineEnd + 1 < text.size();
    const std::string_view line = text.substr(0, lineEnd);
    if (!more && displayWidth(line) <= columns)
        return std::string(line);
    constexpr std::string_view ellipsis = "...";
    const std::size_t room = columns > ellipsis.size() ? columns - ellipsis.size() : 0;
    std::size_t width = 0;
    std::size_t end = 0;
    while (end < line.size() && (!startsCharacter(line[end]) || width < room))
        width += startsCharacter(line[end++]) ? 1 : 0;
    return std::string(line.substr(0, end)) + std::string(ellipsis.substr(0, columns));
}

} // namespace widthwise::ctl
