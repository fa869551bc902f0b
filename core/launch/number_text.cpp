// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/launch/number_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace widthwise {

namespace {

std::string_view trimmed(std::string_view text)
{
    const std::size_t first = text.find_first_not_of(" \t");
    return first == std::string_view::npos ? std::string_view()
                                           : text.substr(first, text.find_last_not_of(" \t") + 1 - first);
}

template <typename Number>
std::optional<Number> whole(std::string_view text)
{
    Number value = 0;
    const char* const last = text.data() + text.size();
    const auto [end, error] = std::from_chars(text.data(), last, value);
    return error == std::errc() && end == last ? std::optional(value) : std::nullopt;
}

/// As programs built by Microsoft's compiler print them.
std::optional<double> microsoftNumber(std::string_view text)
{
    const bool negative = text.starts_with('-');
    text.remove_prefix(negative ? 1 : 0);
    if (text.starts_with("1.#INF"))
        return negative ? -HUGE_VAL : HUGE_VAL;
    if (text.starts_with("1.#IND") || text.starts_with("1.#QNAN") || text.starts_with("1.#SNAN"))
        return std::numeric_limits<double>::quiet_NaN();
    return std::nullopt;
}

/// What keeps thousands apart, commas and points aside: also ’ and the blanks U+00A0, U+2009 and U+202F.
constexpr std::array<std::string_view, 6> groupMarks{
    "'", "_", "\xe2\x80\x99", "\xc2\xa0", "\xe2\x80\x89", "\xe2\x80\xaf"};

bool isDigit(char character)
{
    return character >= '0' && character <= '9';
}

std::size_t digitsAt(std::string_view text)
{
    return std::min(text.find_first_not_of("0123456789"), text.size());
}

/// What follows a blank and three digits where these are part of the number before: `1 234`, `1 234.5`, but
/// not `1 200/500`, `1 100%` or `1 512MB`.
bool isGroup(std::string_view rest)
{
    if (rest.starts_with('.') && rest.size() > 1 && isDigit(rest[1]))
        return true;
    return rest.empty() || std::string_view(" \t,;)]}").find(rest.front()) != std::string_view::npos;
}

} // namespace

std::optional<double> numberFromText(std::string_view text)
{
    text = trimmed(text);
    if (text.starts_with('+') && !text.starts_with("+-"))
        text.remove_prefix(1);
    const std::optional<double> value = whole<double>(text);
    if (value || text.find('#') == std::string_view::npos)
        return value;
    return microsoftNumber(text);
}

std::string textOfNumber(double value)
{
    std::array<char, 32> text{};
    const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), value);
    return {text.data(), end};
}

std::optional<std::int64_t> stepFromNumber(double value)
{
    constexpr double mostExact = 9007199254740992; // 2^53
    if (!(value >= 0) || value > mostExact || value != std::floor(value))
        return std::nullopt;
    return static_cast<std::int64_t>(value);
}

std::optional<std::int64_t> stepFromText(std::string_view text)
{
    text = trimmed(text);
    if (text.starts_with('+') && !text.starts_with("+-"))
        text.remove_prefix(1);
    if (const std::optional<std::int64_t> exact = whole<std::int64_t>(text))
        return *exact >= 0 ? exact : std::nullopt;
    const std::optional<double> value = numberFromText(text);
    return value ? stepFromNumber(*value) : std::nullopt;
}

bool hasNumberComma(std::string_view line, std::size_t first, std::size_t length)
{
    const std::string_view token = line.substr(first, length);
    const std::size_t comma = token.find(',') != std::string_view::npos ? token.find(',') : token.size();
    const std::string_view before = token.substr(0, comma);
    const std::string_view after = line.substr(first + comma);
    if (before.empty() || !isDigit(before.back()) || !after.starts_with(',') || after.size() < 2 ||
        !isDigit(after[1]))
        return false;
    const std::size_t digits = digitsAt(after.substr(1));
    const bool thousands = digits == 3;
    const bool fraction = after.substr(1 + digits).starts_with('.');
    const std::size_t point = before.find('.');
    if (point == std::string_view::npos)
        return before.find_first_of("eE") == std::string_view::npos && (!fraction || thousands);
    return !fraction && before.size() - point == 4 && point > 0 &&
           std::ranges::all_of(before.substr(point + 1), isDigit);
}

std::size_t lengthOfNumber(std::string_view line, std::size_t first, std::size_t length)
{
    const std::string_view rest = line.substr(first + length);
    for (const std::string_view word : {"#INF", "#IND", "#QNAN", "#SNAN"})
        if (rest.starts_with(word))
            return length + word.size();
    return length;
}

bool hasDigitGroups(std::string_view line, std::size_t first, std::size_t length)
{
    std::string_view number = line.substr(first, length);
    if (number.starts_with('-') || number.starts_with('+'))
        number.remove_prefix(1);
    const std::string_view rest = line.substr(first + length);
    if (number.empty() || number.size() > 3 || digitsAt(number) != number.size())
        return false;
    const auto startsGroup = [rest](std::string_view mark) {
        return rest.starts_with(mark) && digitsAt(rest.substr(mark.size())) == 3;
    };
    return std::ranges::any_of(groupMarks, startsGroup) || (startsGroup(" ") && isGroup(rest.substr(4)));
}

} // namespace widthwise
