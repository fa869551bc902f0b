// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/ask_tell_json.h"

#include <nlohmann/json.hpp>

#include <stdexcept>

namespace widthwise {

using Json = nlohmann::ordered_json;

void refuse(const std::string& place, const std::string& problem)
{
    throw std::invalid_argument(place + ": " + problem);
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
