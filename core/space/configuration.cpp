// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/space/configuration.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <stdexcept>

namespace widthwise {

namespace {

using Json = nlohmann::ordered_json;

Value valueFromJson(const std::string& name, const Json& json)
{
    if (json.is_boolean())
        return json.get<bool>();
    if (json.is_number_unsigned() && json.get<std::uint64_t>() > std::uint64_t(INT64_MAX))
        throw std::invalid_argument("configuration: " + name + ": " + json.dump() +
                                    " is greater than 2^63 - 1, the largest integer");
    if (json.is_number_integer())
        return json.get<std::int64_t>();
    if (json.is_number_float())
        return json.get<double>();
    if (json.is_string())
        return json.get<std::string>();
    throw std::invalid_argument("configuration: " + name +
                                ": expected a boolean, a number or a string, got " + json.type_name());
}

} // namespace

const Value* Configuration::find(std::string_view name) const
{
    const auto entry = std::ranges::find(m_entries, name, &Entry::first);
    return entry == m_entries.end() ? nullptr : &entry->second;
}

void Configuration::set(std::string name, Value value)
{
    const auto entry = std::ranges::find(m_entries, name, &Entry::first);
    if (entry == m_entries.end())
        m_entries.emplace_back(std::move(name), std::move(value));
    else
        entry->second = std::move(value);
}

std::string toJson(const Configuration& configuration)
{
    Json json = Json::object();
    for (const auto& [name, value] : configuration.entries())
        std::visit([&field = json[name]](const auto& plain) { field = plain; }, value);
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Configuration configurationFromJson(std::string_view text)
{
    Json json;
    try {
        json = Json::parse(text);
    } catch (const Json::exception& error) {
        throw std::invalid_argument(std::string("configuration: ") + error.what());
    }
    if (!json.is_object())
        throw std::invalid_argument(std::string("configuration: expected a JSON object, got ") +
                                    json.type_name());
    std::vector<Configuration::Entry> entries;
    for (const auto& [name, value] : json.items())
        entries.emplace_back(name, valueFromJson(name, value));
    return Configuration(std::move(entries));
}

} // namespace widthwise
