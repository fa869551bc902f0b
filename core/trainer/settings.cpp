// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/settings.h"

#include "core/trainer/error.h"
#include "core/trainer/jet_layout.h"
#include "core/trainer/settings_table.h"
#include "core/trainer/task.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace widthwise::trainer {

namespace {

using Json = nlohmann::ordered_json;

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

template <typename T>
void assign(Settings& target, const Member<T>& member, const Json& json)
{
    T value{};
    read(json, value);
    if constexpr (std::is_same_v<T, double> || std::is_same_v<T, std::int64_t>) {
        const double number = static_cast<double>(value);
        if (!(number >= member.range.low && number <= member.range.high)) {
            throw Expected{"a number " + rangeText(member.range)};
        }
    }
    target.*member.pointer = std::move(value);
}

void require(bool condition, const std::string& message)
{
    if (!condition) {
        throw InputError(message);
    }
}

std::string quoted(std::int64_t number)
{
    return std::to_string(number);
}

/// What no single key can tell.
void checkTogether(const Settings& s)
{
    if (s.model == ModelKind::Mlp) {
        require(!s.originTask && !s.vertexTask, "origin_task and vertex_task need model gn2");
        require(s.layers > 0, "layers is 0: an mlp needs a hidden layer");
    } else if (s.headWidth > 0) {
        require(s.width % s.headWidth == 0 && s.baseWidth % s.headWidth == 0,
                "head_width " + quoted(s.headWidth) + " does not divide width " + quoted(s.width) +
                    " and base_width " + quoted(s.baseWidth));
    } else {
        require(s.width % s.heads == 0 && s.baseWidth % s.heads == 0,
                "heads " + quoted(s.heads) + " does not divide width " + quoted(s.width) +
                    " and base_width " + quoted(s.baseWidth));
    }
    require(s.originWeights.empty() || s.originWeights.size() == originCount,
            "origin_weights has " + quoted(std::ssize(s.originWeights)) +
                " numbers: expected 8, one for each origin");
    require(s.steps > 0 || s.epochs > 0, "steps and epochs are both 0: nothing to train");
    require(!s.validationData.empty() || s.validationFraction > 0,
            "validation_fraction is 0 and there is no validation_data: name one of them");
    require(s.optimizer != OptimizerKind::Adam || s.weightDecay == 0,
            "weight_decay needs optimizer adamw or sgd: inside Adam's normalisation its strength would "
            "depend on the width");
    require(!s.cycleBeta1 || (s.schedule == ScheduleKind::OneCycle && s.optimizer != OptimizerKind::Sgd),
            "cycle_beta1 needs schedule one-cycle and optimizer adam or adamw");
    require(s.classes.size() != 1, "classes names a single class: there is nothing to tell apart");
    require(s.classWeights.empty() || s.classes.empty() || s.classWeights.size() == s.classes.size(),
            "class_weights has " + quoted(std::ssize(s.classWeights)) + " numbers for " +
                quoted(std::ssize(s.classes)) + " classes");
    require(!s.trackVariables.empty(), "track_variables is empty: name at least one");
}

std::size_t editDistance(std::string_view a, std::string_view b)
{
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i + 1);
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t substituted = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({substituted, row[j] + 1, diagonal + 1});
        }
    }
    return row.back();
}

std::string unknownKey(const std::string& key)
{
    std::vector<std::string> keys;
    std::ranges::transform(settings(), std::back_inserter(keys),
                           [](const Setting& s) { return std::string(s.key); });
    const auto near = nearest(key, keys);
    return "unknown setting \"" + key + "\"" +
           (near ? ": did you mean \"" + *near + "\"?" : ": widthwise-trainer settings lists all that exist");
}

} // namespace

Settings::Settings()
    : jetVariables{"pt_btagJes", "eta_btagJes"},
      trackVariables(std::begin(gn2TrackVariables), std::end(gn2TrackVariables))
{
}

std::optional<std::string> nearest(std::string_view word, const std::vector<std::string>& candidates)
{
    std::optional<std::string> best;
    std::size_t bestDistance = std::max<std::size_t>(2, word.size() / 3) + 1;
    for (const std::string& candidate : candidates) {
        if (const std::size_t distance = editDistance(word, candidate); distance < bestDistance) {
            bestDistance = distance;
            best = candidate;
        }
    }
    return best;
}

Settings parseSettings(std::string_view text)
{
    Json json;
    try {
        json = Json::parse(text);
    } catch (const Json::parse_error& error) {
        throw InputError("not valid JSON at byte " + std::to_string(error.byte));
    }
    require(json.is_object(), "the settings must be one JSON object of keys and values");

    Settings result;
    for (const auto& [key, value] : json.items()) {
        if (key == "widthwise") {
            continue;
        }
        const auto found = std::ranges::find(settings(), key, &Setting::key);
        require(found != settings().end(), unknownKey(key));
        try {
            std::visit([&](const auto& member) { assign(result, member, value); }, found->member);
        } catch (const Expected& expected) {
            throw InputError(key + ": expected " + expected.what + ", got " + value.dump());
        }
    }
    checkTogether(result);
    return result;
}

std::string toJson(const Settings& source)
{
    Json json;
    for (const Setting& setting : settings()) {
        std::visit(
            [&](const auto& member) { json[std::string(setting.key)] = write(source.*member.pointer); },
            setting.member);
    }
    return json.dump(2);
}

std::vector<SettingChange> changes(const Settings& before, const Settings& after)
{
    std::vector<SettingChange> result;
    for (const Setting& setting : settings()) {
        std::visit(
            [&](const auto& member) {
                const auto& old = before.*member.pointer;
                if (const auto& now = after.*member.pointer; old != now) {
                    result.push_back({std::string(setting.key), write(old).dump(), write(now).dump()});
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
                const auto& value = defaults.*member.pointer;
                table.push_back({std::string(setting.key), typeName(value), write(value).dump(),
                                 std::string(setting.meaning)});
            },
            setting.member);
    }
    return table;
}

} // namespace widthwise::trainer
