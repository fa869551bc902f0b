// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/ask_tell_space.h"

#include "core/study/ask_tell_json.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace widthwise {

namespace {

bool flag(const AskTellSpace::Json& json, const char* name, const std::string& place)
{
    const AskTellSpace::Json& value = field(json, name);
    if (!value.is_null() && !value.is_boolean())
        refuse(place + '.' + name, "expected true or false");
    return value.is_boolean() && value.get<bool>();
}

} // namespace

AskTellSpace::AskTellSpace() = default;
AskTellSpace::~AskTellSpace() = default;
AskTellSpace::AskTellSpace(AskTellSpace&&) noexcept = default;
AskTellSpace& AskTellSpace::operator=(AskTellSpace&&) noexcept = default;

AskTellSpace::AskTellSpace(const Json& parameters)
{
    if (!parameters.is_array())
        refuse("space", "expected a list of parameters");
    for (std::size_t i = 0; i < parameters.size(); ++i)
        m_known.push_back(parameterOf(parameters[i], "space[" + std::to_string(i) + ']'));
    m_space = SearchSpace(std::move(m_known));
    m_known.clear();
    for (const SpaceProblem& problem : m_space.problems())
        refuse("space." + problem.parameter + '.' + problem.field, problem.message);
}

Parameter AskTellSpace::parameterOf(const Json& json, const std::string& place)
{
    if (!json.is_object())
        refuse(place, "expected an object with name and type");
    Parameter parameter;
    parameter.name = textOf(field(json, "name"), place + ".name");
    parameter.domain = domainOf(json, parameter.name, place);
    if (const Json& when = field(json, "when"); !when.is_null())
        parameter.when = conditionOf(when, place + ".when");
    return parameter;
}

Domain AskTellSpace::domainOf(const Json& json, const std::string& name, const std::string& place)
{
    const std::string type = textOf(field(json, "type"), place + ".type");
    const Json &low = field(json, "low"), &high = field(json, "high");
    if (type == "float" || type == "int") {
        const Scale scale = flag(json, "log", place) ? Scale::Log : Scale::Linear;
        const Json& step = field(json, "step");
        if (type == "float") {
            FloatRange range{numberOf(low, place + ".low"), numberOf(high, place + ".high"), scale, {}};
            if (!step.is_null())
                range.step = numberOf(step, place + ".step");
            return range;
        }
        IntegerRange range{integerOf(low, place + ".low"), integerOf(high, place + ".high"), scale, {}};
        if (!step.is_null())
            range.step = integerOf(step, place + ".step");
        return range;
    }
    if (type != "categorical")
        refuse(place + ".type", "expected float, int or categorical, got \"" + type + '"');
    const Json& list = field(json, "choices");
    if (!list.is_array() || list.empty())
        refuse(place + ".choices", "expected a list of at least one value");
    std::vector<Json>& choices = m_choices[name];
    Choices result;
    for (const Json& choice : list) {
        if (!choice.is_primitive() || choice.is_null())
            refuse(place + ".choices", "expected strings, numbers or booleans");
        if (std::ranges::find(choices, choice) != choices.end())
            refuse(place + ".choices", choice.dump() + " stands there twice");
        result.values.emplace_back(static_cast<std::int64_t>(choices.size()));
        choices.push_back(choice);
    }
    return result;
}

Condition AskTellSpace::conditionOf(const Json& when, const std::string& place) const
{
    const Json& values = field(when, "in");
    Condition condition{textOf(field(when, "param"), place + ".param"), {}};
    const auto parent = std::ranges::find(m_known, condition.parameter, &Parameter::name);
    if (parent == m_known.end())
        refuse(place + ".param", '"' + condition.parameter + "\" is no parameter that stands before");
    if (!values.is_array() || values.empty())
        refuse(place + ".in", "expected a list of at least one value");
    for (const Json& value : values)
        condition.values.push_back(valueOf(*parent, value, place + ".in"));
    return condition;
}

Value AskTellSpace::valueOf(const Parameter& parameter, const Json& json, const std::string& place) const
{
    Value value = 0.0;
    if (const auto choices = m_choices.find(parameter.name); choices != m_choices.end()) {
        const auto found = std::ranges::find(choices->second, json);
        if (found == choices->second.end())
            refuse(place, json.dump() + " is none of the choices of " + parameter.name);
        value = static_cast<std::int64_t>(found - choices->second.begin());
    } else if (std::holds_alternative<IntegerRange>(parameter.domain)) {
        value = integerOf(json, place);
    } else {
        value = numberOf(json, place);
    }
    if (!contains(parameter.domain, value))
        refuse(place, json.dump() + " is out of the bounds of " + parameter.name);
    return value;
}

AskTellSpace::Json AskTellSpace::toJson(const Configuration& configuration) const
{
    Json params = Json::object();
    for (const auto& [name, value] : configuration.entries()) {
        const auto choices = m_choices.find(name);
        if (choices != m_choices.end())
            params[name] = choices->second[static_cast<std::size_t>(std::get<std::int64_t>(value))];
        else
            std::visit([&, &key = name](const auto& plain) { params[key] = plain; }, value);
    }
    return params;
}

Configuration AskTellSpace::fromJson(const Json& params, const std::string& place) const
{
    if (!params.is_object())
        refuse(place, "expected an object with the parameters");
    std::vector<Configuration::Entry> entries;
    for (const Parameter& parameter : m_space.parameters())
        if (const auto value = params.find(parameter.name); value != params.end())
            entries.emplace_back(parameter.name, valueOf(parameter, *value, place + '.' + parameter.name));
    for (const auto& [name, value] : params.items())
        if (!m_space.find(name))
            refuse(place + '.' + name, "the space has no such parameter");
    Configuration configuration(std::move(entries));
    if (!m_space.contains(configuration))
        refuse(place, "expected exactly the parameters that exist with these values");
    return configuration;
}

} // namespace widthwise
