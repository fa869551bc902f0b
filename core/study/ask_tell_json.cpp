// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/ask_tell_json.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace widthwise {

using Json = nlohmann::ordered_json;

namespace {

constexpr std::array<std::string_view, 3> nonFinite{"NaN", "Infinity", "-Infinity"};

/// With null for each NaN, Infinity and -Infinity that stands outside strings.
std::string withoutNonFinite(std::string_view line)
{
    std::string text;
    for (std::size_t at = 0; at < line.size();) {
        std::size_t end = at + 1;
        if (line[at] == '"')
            while (end < line.size() && line[end++] != '"')
                end += line[end - 1] == '\\';
        const std::string_view rest = line.substr(at);
        const auto word =
            std::ranges::find_if(nonFinite, [rest](std::string_view name) { return rest.starts_with(name); });
        if (word != nonFinite.end()) {
            text += "null";
            at += word->size();
        } else {
            text += line.substr(at, end - at);
            at = end;
        }
    }
    return text;
}

} // namespace

void refuse(const std::string& place, const std::string& problem)
{
    throw std::invalid_argument(place + ": " + problem);
}

Json requestOf(std::string_view line)
{
    try {
        return Json::parse(withoutNonFinite(line));
    } catch (const Json::parse_error&) {
        throw std::invalid_argument("parse error: expected an object of JSON in one line");
    } catch (const Json::out_of_range&) {
        throw std::invalid_argument("parse error: a number is greater than any that is kept");
    }
}

const Json& field(const Json& object, const char* name)
{
    static const Json none;
    const auto found = object.find(name);
    return found == object.end() ? none : *found;
}

std::int64_t integerOf(const Json& json, const std::string& place)
{
    if (!json.is_number_integer() || (json.is_number_unsigned() && json.get<std::uint64_t>() > INT64_MAX))
        refuse(place, "expected an integer");
    return json.get<std::int64_t>();
}

double numberOf(const Json& json, const std::string& place)
{
    if (!json.is_number())
        refuse(place, "expected a number");
    return json.get<double>();
}

std::string textOf(const Json& json, const std::string& place)
{
    if (!json.is_string())
        refuse(place, "expected a string");
    return json.get<std::string>();
}

} // namespace widthwise
