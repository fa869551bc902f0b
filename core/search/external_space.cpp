// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/external_space.h"

#include "core/search/list_search.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace widthwise {

namespace {

using Json = ExternalSpace::Json;

/// JSON has neither NaN nor infinity: a choice that is one goes as text.
Json jsonOf(const Value& value)
{
    if (const auto* number = std::get_if<double>(&value); number && !std::isfinite(*number))
        return toText(value);
    return std::visit([](const auto& plain) { return Json(plain); }, value);
}

Json jsonOf(const std::vector<Value>& values)
{
    Json list = Json::array();
    for (const Value& value : values)
        list.push_back(jsonOf(value));
    return list;
}

template <class Range>
void describe(const Range& range, const char* type, Json& json)
{
    json["type"] = type;
    json["low"] = range.low;
    json["high"] = range.high;
    json["log"] = range.scale == Scale::Log;
    if (range.step)
        json["step"] = *range.step;
}

void describe(const Domain& domain, Json& json)
{
    if (const auto* reals = std::get_if<FloatRange>(&domain))
        return describe(*reals, "float", json);
    if (const auto* integers = std::get_if<IntegerRange>(&domain))
        return describe(*integers, "int", json);
    json["type"] = "categorical";
    json["choices"] = jsonOf(std::get<Choices>(domain).values);
}

/// Of real numbers, those beside the steps are as good as the nearest; a program need not know of steps.
Value realValue(const FloatRange& range, double number)
{
    const Domain domain = range;
    const bool isWithin = number >= range.low && number <= range.high;
    return range.step && isWithin ? valueAt(domain, positionOf(domain, number)) : Value(number);
}

/// What the program means by it; out of bounds is told by whoever looks at all of the configuration.
Value valueOf(const Parameter& parameter, const Json& json)
{
    const auto refuse = [&](const char* expected) {
        return std::invalid_argument(parameter.name + ": expected " + expected + ", got " + json.dump());
    };
    if (const auto* choices = std::get_if<Choices>(&parameter.domain)) {
        const auto found =
            std::ranges::find(choices->values, json, [](const Value& value) { return jsonOf(value); });
        if (found == choices->values.end())
            throw refuse("one of its choices");
        return *found;
    }
    if (!json.is_number())
        throw refuse("a number");
    if (const auto* range = std::get_if<FloatRange>(&parameter.domain))
        return realValue(*range, json.get<double>());
    const auto number = json.get<double>();
    if (!json.is_number_integer() && (number != std::floor(number) || std::abs(number) >= 0x1p53))
        throw refuse("an integer");
    return json.get<std::int64_t>();
}

/// On the nearest parent that is not fixed; empty where it always holds.
std::optional<Condition> resolved(const SearchSpace& space, std::optional<Condition> when)
{
    while (when) {
        const Parameter* parent = space.find(when->parameter);
        if (!std::holds_alternative<FixedValue>(parent->domain))
            return when;
        when = parent->when;
    }
    return when;
}

} // namespace

Json ExternalSpace::parameters() const
{
    Json list = Json::array();
    for (const Parameter& parameter : m_space.parameters()) {
        if (std::holds_alternative<FixedValue>(parameter.domain))
            continue;
        Json json{{"name", parameter.name}};
        describe(parameter.domain, json);
        if (const std::optional<Condition> when = resolved(m_space, parameter.when))
            json["when"] = {{"param", when->parameter}, {"in", jsonOf(when->values)}};
        list.push_back(std::move(json));
    }
    return list;
}

Json ExternalSpace::toJson(const Configuration& configuration) const
{
    Json params = Json::object();
    for (const Parameter& parameter : m_space.parameters())
        if (const Value* value = configuration.find(parameter.name);
            value && !std::holds_alternative<FixedValue>(parameter.domain))
            params[parameter.name] = jsonOf(*value);
    return params;
}

Configuration ExternalSpace::fromJson(const Json& params) const
{
    if (!params.is_object())
        throw std::invalid_argument("expected params, an object with a value for each parameter");
    Configuration chosen;
    for (const auto& [name, json] : params.items()) {
        const Parameter* parameter = m_space.find(name);
        const bool isSearched = parameter && !std::holds_alternative<FixedValue>(parameter->domain);
        chosen.set(name, isSearched ? valueOf(*parameter, json) : Value(json.dump()));
    }
    return completed(m_space, chosen);
}

} // namespace widthwise
