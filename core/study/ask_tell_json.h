// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json.hpp>

#include <cstdint>
#include <stdexcept>
#include <string>

namespace widthwise {

// What a request has, or an std::invalid_argument that names the place: `field(request, "id")` of `tell`.

[[noreturn]] inline void refuse(const std::string& place, const std::string& problem)
{
    throw std::invalid_argument(place + ": " + problem);
}

/// Null where it is missing.
inline const nlohmann::ordered_json& field(const nlohmann::ordered_json& object, const char* name)
{
    static const nlohmann::ordered_json none;
    const auto found = object.find(name);
    return found == object.end() ? none : *found;
}

inline std::int64_t integerOf(const nlohmann::ordered_json& json, const std::string& place)
{
    if (!json.is_number_integer() || (json.is_number_unsigned() && json.get<std::uint64_t>() > INT64_MAX))
        refuse(place, "expected an integer");
    return json.get<std::int64_t>();
}

inline double numberOf(const nlohmann::ordered_json& json, const std::string& place)
{
    if (!json.is_number())
        refuse(place, "expected a number");
    return json.get<double>();
}

inline std::string textOf(const nlohmann::ordered_json& json, const std::string& place)
{
    if (!json.is_string())
        refuse(place, "expected a string");
    return json.get<std::string>();
}

} // namespace widthwise
