// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/space/value.h"

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <optional>
#include <stdexcept>

namespace widthwise {

namespace {

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

/// Plain notation between 1e-4 and 1e16, exponents beyond, as most programs print them.
std::string doubleToText(double value)
{
    if (std::isnan(value))
        return ".nan";
    if (std::isinf(value))
        return value > 0 ? ".inf" : "-.inf";
    const double magnitude = std::fabs(value);
    const bool plain = value == 0 || (magnitude >= 1e-4 && magnitude < 1e16);
    char buffer[64];
    const auto format = plain ? std::chars_format::fixed : std::chars_format::scientific;
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, value, format).ptr;
    std::string text(buffer, end);
    if (plain)
        return text.find('.') == std::string::npos ? text + ".0" : text;
    const std::size_t exponent = text.find('e') + 1;
    if (text[exponent] == '+')
        text.erase(exponent, 1);
    const std::size_t digits = isDigit(text[exponent]) ? exponent : exponent + 1;
    if (text[digits] == '0' && digits + 1 < text.size())
        text.erase(digits, 1);
    return text;
}

std::optional<Value> specialFromText(std::string_view text)
{
    if (text == "true" || text == "True" || text == "TRUE")
        return true;
    if (text == "false" || text == "False" || text == "FALSE")
        return false;
    if (text == ".nan" || text == ".NaN" || text == ".NAN")
        return std::numeric_limits<double>::quiet_NaN();
    const bool negative = text.starts_with('-');
    const std::string_view unsignedText = negative || text.starts_with('+') ? text.substr(1) : text;
    if (unsignedText == ".inf" || unsignedText == ".Inf" || unsignedText == ".INF")
        return negative ? -std::numeric_limits<double>::infinity() : std::numeric_limits<double>::infinity();
    return std::nullopt;
}

std::optional<std::int64_t> integerFromText(std::string_view text, int base)
{
    std::int64_t integer = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), integer, base);
    if (error != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return integer;
}

/// `[-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`
bool isDecimal(std::string_view text)
{
    std::size_t at = 0;
    const auto digits = [&] {
        const std::size_t first = at;
        while (at < text.size() && isDigit(text[at]))
            ++at;
        return at - first;
    };
    const auto sign = [&] {
        if (at < text.size() && (text[at] == '-' || text[at] == '+'))
            ++at;
    };
    sign();
    std::size_t mantissa = digits();
    if (at < text.size() && text[at] == '.') {
        ++at;
        mantissa += digits();
    }
    if (mantissa == 0)
        return false;
    if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
        ++at;
        sign();
        if (digits() == 0)
            return false;
    }
    return at == text.size();
}

} // namespace

std::string toText(const Value& value)
{
    struct Visitor {
        std::string operator()(bool flag) const { return flag ? "true" : "false"; }
        std::string operator()(std::int64_t integer) const { return std::to_string(integer); }
        std::string operator()(double number) const { return doubleToText(number); }
        std::string operator()(const std::string& string) const { return string; }
    };
    return std::visit(Visitor{}, value);
}

Value valueFromText(std::string_view text)
{
    if (const auto special = specialFromText(text))
        return *special;
    if (text.starts_with("0x") || text.starts_with("0o")) {
        const auto integer = integerFromText(text.substr(2), text[1] == 'x' ? 16 : 8);
        return integer && text[2] != '-' ? Value(*integer) : Value(std::string(text));
    }
    if (!isDecimal(text))
        return std::string(text);
    const std::string_view number = text.starts_with('+') ? text.substr(1) : text;
    if (const auto integer = integerFromText(number, 10))
        return *integer;
    double value = 0;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
    if (error ==
        std::errc::result_out_of_range) // from_chars leaves open whether it is too large or too small
        value = std::strtod(std::string(number).c_str(), nullptr);
    return value;
}

bool isTooLargeInteger(std::string_view text)
{
    const int base = text.starts_with("0x") ? 16 : text.starts_with("0o") ? 8 : 10;
    if (base != 10)
        text.remove_prefix(2);
    else if (text.starts_with('+') && !text.substr(1).starts_with('-'))
        text.remove_prefix(1);
    if (base != 10 && text.starts_with('-'))
        return false;
    std::int64_t integer = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), integer, base);
    return error == std::errc::result_out_of_range && end == text.data() + text.size();
}

std::optional<double> exactNumber(std::int64_t integer)
{
    constexpr double beyond = 0x1p63; // what INT64_MAX rounds to
    const auto number = static_cast<double>(integer);
    return number < beyond && static_cast<std::int64_t>(number) == integer ? std::optional(number)
                                                                           : std::nullopt;
}

double toNumber(const Value& value)
{
    if (const auto* flag = std::get_if<bool>(&value))
        return *flag ? 1 : 0;
    if (const auto* integer = std::get_if<std::int64_t>(&value))
        return static_cast<double>(*integer);
    if (const auto* number = std::get_if<double>(&value))
        return *number;
    throw std::invalid_argument("expected a number, got \"" + std::get<std::string>(value) + "\"");
}

} // namespace widthwise
