// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/experiment_sections.h"

#include <algorithm>
#include <set>

namespace widthwise {

namespace {

using Names = std::vector<std::string>;

std::optional<Scale> readScale(const YamlValue& value)
{
    const auto name = value.oneOf(Names{"linear", "log"});
    return name ? std::optional(*name == "log" ? Scale::Log : Scale::Linear) : std::nullopt;
}

std::vector<Value> readValues(const YamlValue& list)
{
    std::vector<Value> values;
    for (const YamlValue& item : list.items())
        if (auto value = item.scalar())
            values.push_back(std::move(*value));
    return values;
}

template <typename Range, typename Number>
Domain readRange(const YamlMap& map, Number&& number)
{
    Range range;
    map.require("low");
    map.require("high");
    map.read("low", range.low, number);
    map.read("high", range.high, number);
    map.read("scale", range.scale, readScale);
    map.read("step", range.step, number);
    return range;
}

std::optional<Condition> readCondition(const YamlValue& value)
{
    const auto entries = value.entries();
    if (entries.size() != 1) {
        if (value.isMap())
            value.addKeyProblem("expected one parameter and its values, as in {optimizer: [sgd]}");
        return std::nullopt;
    }
    const auto& [parameter, values] = entries.front();
    if (values.isList())
        return Condition{parameter, readValues(values)};
    const auto single = values.scalar();
    return Condition{parameter, single ? std::vector<Value>{*single} : std::vector<Value>{}};
}

/// The keys that a parameter of this type may have besides type, when and description.
Names keysOf(const std::string& type)
{
    if (type == "float" || type == "integer")
        return {"type", "low", "high", "scale", "step", "when", "description"};
    return {"type", type == "fixed" ? "value" : "values", "when", "description"};
}

void readDomain(const YamlMap& map, const std::string& type, Domain& domain)
{
    if (type == "float") {
        domain = readRange<FloatRange>(map, [](const YamlValue& value) { return value.number(); });
    } else if (type == "integer") {
        domain =
            readRange<IntegerRange>(map, [](const YamlValue& value) { return value.integer(INT64_MIN); });
    } else if (type == "categorical") {
        if (const YamlValue* values = map.require("values"))
            domain = Choices{readValues(*values)};
    } else if (const YamlValue* value = map.require("value")) {
        domain = FixedValue{value->scalar().value_or(false)};
    }
}

void readMapping(const YamlValue& value, Parameter& parameter)
{
    const auto entries = value.entries();
    const auto type = std::ranges::find(entries, "type", [](const auto& entry) { return entry.first; });
    if (type == entries.end())
        return value.addKeyProblem("expected type: float, integer, categorical or fixed");
    const auto name = type->second.oneOf(Names{"float", "integer", "categorical", "fixed"});
    if (!name)
        return;
    const YamlMap map(value, keysOf(*name));
    readDomain(map, *name, parameter.domain);
    map.read("when", parameter.when, readCondition);
    map.read("description", parameter.description, [](const YamlValue& text) { return text.text(); });
}

/// An integer where the parent has real values means that real value.
void matchTypes(Condition& when, const std::vector<Parameter>& earlier)
{
    const auto parent = std::ranges::find(earlier, when.parameter, &Parameter::name);
    if (parent == earlier.end() || !std::holds_alternative<FloatRange>(parent->domain))
        return;
    for (Value& value : when.values)
        if (const auto* integer = std::get_if<std::int64_t>(&value))
            if (const auto number = exactNumber(*integer))
                value = *number;
}

/// Where a problem of the space stands: at the field where it was written, else at the parameter.
void addSpaceProblem(const YamlValue& parameter, const SpaceProblem& problem)
{
    if (parameter.isMap())
        for (const auto& [field, value] : parameter.entries())
            if (field == problem.field)
                return value.addProblem(problem.message);
    parameter.addKeyProblem(problem.message);
}

} // namespace

SearchSpace readSpace(const YamlValue& section)
{
    std::vector<Parameter> parameters;
    std::set<std::string> unread; // those that have problems already
    const auto entries = section.entries();
    for (const auto& [name, value] : entries) {
        const std::size_t before = section.problems().size();
        Parameter parameter{name, {}, {}, {}};
        if (value.isMap())
            readMapping(value, parameter);
        else if (value.isList())
            parameter.domain = Choices{readValues(value)};
        else
            parameter.domain = FixedValue{value.scalar().value_or(false)};
        if (parameter.when)
            matchTypes(*parameter.when, parameters);
        if (section.problems().size() > before)
            unread.insert(name);
        parameters.push_back(std::move(parameter));
    }
    SearchSpace space(std::move(parameters));
    for (const SpaceProblem& problem : space.problems()) {
        const Parameter* parameter = space.find(problem.parameter);
        const bool ofUnreadParent = problem.field == "when" && unread.count(parameter->when->parameter) > 0;
        if (unread.count(problem.parameter) == 0 && !ofUnreadParent)
            for (const auto& [name, value] : entries)
                if (name == problem.parameter)
                    addSpaceProblem(value, problem);
    }
    return space;
}

} // namespace widthwise
