// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/settings.h"

#include "core/models/families.h"
#include "core/models/settings_rules.h"
#include "core/models/settings_table.h"
#include "core/space/nearest.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

namespace widthwise::trainer {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view ownKey = "widthwise"; ///< what the driver tells; no setting

template <Enumeration Enum>
std::string choiceNames()
{
    std::string names;
    for (const auto& choice : choicesOf(Enum{})) {
        names += (names.empty() ? "" : " | ") + std::string(choice.name);
    }
    return names;
}

std::string typeName(bool)
{
    return "true | false";
}
std::string typeName(std::int64_t)
{
    return "whole number";
}
std::string typeName(double)
{
    return "number";
}
std::string typeName(const std::string&)
{
    return "text";
}
std::string joined(const std::vector<std::string>& names)
{
    std::string text;
    for (const std::string& name : names) {
        text += (text.empty() ? "" : " | ") + name;
    }
    return text;
}
std::string typeName(const std::vector<std::string>&)
{
    return "list of texts";
}
std::string typeName(const std::vector<double>&)
{
    return "list of numbers";
}
template <Enumeration Enum>
std::string typeName(Enum)
{
    return choiceNames<Enum>();
}
template <Enumeration Enum>
std::string typeName(const std::vector<Enum>&)
{
    return "list of " + choiceNames<Enum>();
}

/// Thrown with what was expected; the caller knows the key and the value.
struct Expected {
    std::string what;
};

void read(const Json& json, bool& value)
{
    if (!json.is_boolean()) {
        throw Expected{"true or false"};
    }
    value = json.get<bool>();
}

void read(const Json& json, std::int64_t& value)
{
    const double number = json.is_number() ? json.get<double>() : none;
    if (number != std::floor(number) || std::abs(number) > 9e15) {
        throw Expected{"a whole number"};
    }
    value = static_cast<std::int64_t>(number);
}

void read(const Json& json, double& value)
{
    if (!json.is_number()) {
        throw Expected{"a number"};
    }
    value = json.get<double>();
}

void read(const Json& json, std::string& value)
{
    if (!json.is_string()) {
        throw Expected{"a text"};
    }
    value = json.get<std::string>();
}

template <Enumeration Enum>
void read(const Json& json, Enum& value)
{
    std::vector<std::string> names;
    for (const auto& choice : choicesOf(Enum{})) {
        if (json.is_string() && json.get<std::string>() == choice.name) {
            value = choice.value;
            return;
        }
        names.emplace_back(choice.name);
    }
    const auto near = json.is_string() ? nearest(json.get<std::string>(), names) : std::nullopt;
    throw Expected{"one of " + choiceNames<Enum>() + (near ? ", perhaps " + *near : "")};
}

template <typename T>
void read(const Json& json, std::vector<T>& value)
{
    if (!json.is_array()) {
        throw Expected{"a list"};
    }
    value.assign(json.size(), T{});
    for (std::size_t i = 0; i < value.size(); ++i) {
        read(json[i], value[i]);
    }
}

template <typename T>
Json write(const T& value)
{
    return Json(value);
}

template <Enumeration Enum>
Json write(const Enum& value)
{
    for (const auto& choice : choicesOf(Enum{})) {
        if (choice.value == value) {
            return std::string(choice.name);
        }
    }
    return nullptr;
}

template <Enumeration Enum>
Json write(const std::vector<Enum>& values)
{
    Json list = Json::array();
    for (const Enum value : values) {
        list.push_back(write(value));
    }
    return list;
}

std::string rangeText(Range range)
{
    const auto number = [](double value) {
        return (value == std::floor(value) ? Json(static_cast<std::int64_t>(value)) : Json(value)).dump();
    };
    if (range.high == none) {
        return "at least " + number(range.low);
    }
    return "from " + number(range.low) + " to " + number(range.high);
}

void requireOneOf(const std::vector<std::string>& names, const std::string& value)
{
    if (!names.empty() && std::ranges::find(names, value) == names.end()) {
        const auto near = nearest(value, names);
        throw Expected{"one of " + joined(names) + (near ? ", perhaps " + *near : "")};
    }
}

template <typename T>
void assign(Settings& target, const Member<T>& member, const Json& json)
{
    T value{};
    if constexpr (std::is_same_v<T, std::string>) {
        if (!json.is_string() && !member.names.empty()) {
            throw Expected{"one of " + joined(member.names)};
        }
    }
    read(json, value);
    if constexpr (std::is_same_v<T, std::string>) {
        requireOneOf(member.names, value);
    }
    if constexpr (std::is_same_v<T, double> || std::is_same_v<T, std::int64_t>) {
        const double number = static_cast<double>(value);
        if (!(number >= member.range.low && number <= member.range.high)) {
            throw Expected{"a number " + rangeText(member.range)};
        }
    }
    member.in(target) = std::move(value);
}

std::string unknownKey(std::string_view key)
{
    std::vector<std::string> keys;
    std::ranges::transform(settings(), std::back_inserter(keys), &Setting::key);
    const std::string hint = suggestion(key, keys);
    return "the trainer has no such setting" +
           (hint.empty() ? ": widthwise-trainer settings lists all" : hint);
}

std::string assign(Settings& target, std::string_view key, const Json& value)
{
    const auto found = std::ranges::find(settings(), key, &Setting::key);
    if (found == settings().end()) {
        return unknownKey(key);
    }
    try {
        std::visit([&](const auto& member) { assign(target, member, value); }, found->member);
    } catch (const Expected& expected) {
        return "expected " + expected.what + ", got " + value.dump();
    }
    return {};
}

} // namespace

Settings::Settings() : model(familyFacts().front()->name()) {}

bool isSetting(std::string_view key)
{
    return key == ownKey || std::ranges::find(settings(), key, &Setting::key) != settings().end();
}

bool mayChange(std::string_view key)
{
    const auto found = std::ranges::find(settings(), key, &Setting::key);
    return found != settings().end() && found->trait == Trait::MayChange;
}

std::span<const std::string_view> fileSettings()
{
    static const std::vector<std::string_view> keys = [] {
        std::vector<std::string_view> files;
        for (const Setting& setting : settings()) {
            if (setting.trait == Trait::File) {
                files.push_back(setting.key);
            }
        }
        return files;
    }();
    return keys;
}

std::string assign(Settings& target, std::string_view key, std::string_view json)
{
    return assign(target, key, Json::parse(json));
}

std::string readSettings(std::string_view text, Settings& result)
{
    Json json;
    try {
        json = Json::parse(text);
    } catch (const Json::parse_error& error) {
        return "not valid JSON at byte " + std::to_string(error.byte);
    } catch (const Json::out_of_range&) {
        return "not valid JSON: a number in it is too large";
    }
    if (!json.is_object()) {
        return "the settings must be one JSON object of keys and values";
    }
    for (const auto& [key, value] : json.items()) {
        if (key == ownKey) {
            continue;
        }
        if (const std::string refusal = assign(result, key, value); !refusal.empty()) {
            return key + ": " + refusal;
        }
    }
    for (const SettingsRule& rule : settingsRules()) {
        if (std::string refusal = rule.refusal(result); !refusal.empty()) {
            return refusal;
        }
    }
    return {};
}

std::string toJson(const Settings& source)
{
    Json json;
    for (const Setting& setting : settings()) {
        std::visit([&](const auto& member) { json[setting.key] = write(member.of(source)); }, setting.member);
    }
    return json.dump(2);
}

std::vector<SettingChange> changes(const Settings& before, const Settings& after)
{
    std::vector<SettingChange> result;
    for (const Setting& setting : settings()) {
        std::visit(
            [&](const auto& member) {
                const auto& old = member.of(before);
                if (const auto& now = member.of(after); old != now) {
                    result.push_back({setting.key, write(old).dump(), write(now).dump()});
                }
            },
            setting.member);
    }
    return result;
}

std::vector<SettingDescription> settingsTable()
{
    const Settings defaults;
    std::vector<SettingDescription> table;
    for (const Setting& setting : settings()) {
        std::visit(
            [&](const auto& member) {
                const auto& value = member.of(defaults);
                const std::string type = member.names.empty() ? typeName(value) : joined(member.names);
                table.push_back({setting.key, type, write(value).dump(), setting.meaning});
            },
            setting.member);
    }
    return table;
}

} // namespace widthwise::trainer
