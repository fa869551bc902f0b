// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/yaml_writer.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace widthwise {

namespace {

using Json = nlohmann::ordered_json;

/// What some version of YAML takes for something else than a string (YAML 1.1, types bool and null).
constexpr std::array<std::string_view, 10> words{"null", "true", "false", "yes", "no",
                                                 "on",   "off",  "y",     "n",   "~"};

bool isLetter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool isPlain(std::string_view text)
{
    if (text.empty() || !(isLetter(text[0]) || text[0] == '_' || text[0] == '/') || text.back() == ' ')
        return false;
    const auto allowed = [](char c) {
        return isLetter(c) || (c >= '0' && c <= '9') ||
               std::string_view(" _./-+*%=@()").find(c) != std::string_view::npos;
    };
    std::string lower(text);
    std::ranges::transform(lower, lower.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
    return std::ranges::all_of(text, allowed) && std::ranges::count(words, lower) == 0;
}

std::string range(const std::string& low, const std::string& high, Scale scale, const std::string& step)
{
    return "low: " + low + ", high: " + high + (scale == Scale::Log ? ", scale: log" : "") +
           (step.empty() ? "" : ", step: " + step);
}

struct DomainText {
    std::string operator()(const FloatRange& r) const
    {
        return "type: float, " +
               range(yamlScalar(r.low), yamlScalar(r.high), r.scale, r.step ? yamlScalar(*r.step) : "");
    }
    std::string operator()(const IntegerRange& r) const
    {
        return "type: integer, " + range(std::to_string(r.low), std::to_string(r.high), r.scale,
                                         r.step ? std::to_string(*r.step) : "");
    }
    std::string operator()(const Choices& c) const
    {
        return "type: categorical, values: " + yamlList(c.values);
    }
    std::string operator()(const FixedValue& f) const { return "type: fixed, value: " + yamlScalar(f.value); }
};

std::string flow(const Json& json)
{
    std::string text;
    const auto next = [&](const std::string& item) { text += (text.empty() ? "" : ", ") + item; };
    switch (json.type()) {
    case Json::value_t::object:
        for (const auto& [name, value] : json.items())
            next(yamlText(name) + ": " + flow(value));
        return "{" + text + "}";
    case Json::value_t::array:
        for (const Json& item : json)
            next(flow(item));
        return "[" + text + "]";
    case Json::value_t::string:
        return yamlText(json.get<std::string>());
    case Json::value_t::number_float:
        return yamlScalar(json.get<double>());
    default:
        return json.dump();
    }
}

} // namespace

std::string yamlText(std::string_view text)
{
    if (isPlain(text))
        return std::string(text);
    return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace); // a JSON string is a YAML scalar
}

std::string yamlScalar(const Value& value)
{
    if (const auto* text = std::get_if<std::string>(&value))
        return yamlText(*text);
    std::string number = toText(value);
    const std::size_t exponent = number.find('e');
    if (!std::holds_alternative<double>(value) || exponent == std::string::npos)
        return number;
    if (number[exponent + 1] != '-')
        number.insert(exponent + 1, "+");
    return number.find('.') == std::string::npos ? number.insert(exponent, ".0") : number;
}

std::string yamlList(const std::vector<Value>& values)
{
    std::string text;
    for (const Value& value : values)
        text += (text.empty() ? "" : ", ") + yamlScalar(value);
    return "[" + text + "]";
}

std::string yamlParameter(const Parameter& parameter)
{
    const std::string name = yamlText(parameter.name) + ": ";
    const auto* fixed = std::get_if<FixedValue>(&parameter.domain);
    if (fixed && !parameter.when && parameter.description.empty())
        return name + yamlScalar(fixed->value);
    std::string text = name + "{" + std::visit(DomainText{}, parameter.domain);
    if (parameter.when)
        text +=
            ", when: {" + yamlText(parameter.when->parameter) + ": " + yamlList(parameter.when->values) + "}";
    if (!parameter.description.empty())
        text += ", description: " + yamlText(parameter.description);
    return text + "}";
}

std::string yamlFromJson(const std::string& json)
{
    return flow(Json::parse(json));
}

} // namespace widthwise
