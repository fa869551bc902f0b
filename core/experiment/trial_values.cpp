// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/trial_values.h"

#include "core/search/algorithms.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace widthwise {

namespace {

constexpr std::size_t mostValues = 256; ///< of a range that are looked at
constexpr double within = 0.382;        ///< somewhere in a continuous range, and on no grid

YamlValue fieldOf(const YamlValue& place, const std::string& field)
{
    if (place.isMap())
        for (const auto& [name, value] : place.entries())
            if (name == field)
                return value;
    return place;
}

std::vector<Value> shortened(std::vector<Value> values)
{
    if (values.size() > mostValues) {
        values[mostValues - 1] = values.back();
        values.resize(mostValues, values.back());
    }
    return values;
}

/// The first integers of a long range tell of divisibility, and its end of bounds.
std::vector<Value> drawn(const IntegerRange& range)
{
    const auto most = static_cast<std::int64_t>(mostValues);
    IntegerRange first = range;
    if (!range.step && range.high - most > range.low)
        first.high = range.low + most;
    std::vector<Value> values = gridValues(Domain(first), static_cast<int>(mostValues) + 1);
    if (first.high != range.high)
        values.emplace_back(range.high);
    return values;
}

std::vector<Value> drawn(const FloatRange& range)
{
    if (range.step)
        return gridValues(Domain(range), 1);
    return {range.low, valueAt(Domain(range), within), range.high};
}

template <typename Range>
std::vector<TrialValue> ofRange(const Range& range, const SearchSettings& search, const YamlValue& place)
{
    const std::optional<int> points = gridPoints(search);
    const std::vector<Value> all = shortened(points ? gridValues(Domain(range), *points) : drawn(range));
    std::vector<TrialValue> values;
    for (const Value& value : all) {
        if (value == Value(range.low))
            values.push_back({value, fieldOf(place, "low")});
        else if (value == Value(range.high))
            values.push_back({value, fieldOf(place, "high")});
        else
            values.push_back({value, place, true});
    }
    return values;
}

struct Listing {
    const SearchSettings& search;
    const YamlValue& place;

    std::vector<TrialValue> operator()(const FloatRange& range) const
    {
        return ofRange(range, search, place);
    }
    std::vector<TrialValue> operator()(const IntegerRange& range) const
    {
        return ofRange(range, search, place);
    }
    std::vector<TrialValue> operator()(const Choices& choices) const
    {
        const YamlValue list = fieldOf(place, "values");
        const std::vector<YamlValue> items = list.isList() ? list.items() : std::vector<YamlValue>();
        std::vector<TrialValue> values;
        if (items.size() == choices.values.size())
            for (std::size_t i = 0; i < items.size(); ++i)
                values.push_back({choices.values[i], items[i]});
        return values;
    }
    std::vector<TrialValue> operator()(const FixedValue& fixed) const
    {
        return {{fixed.value, fieldOf(place, "value")}};
    }
};

} // namespace

void TrialValue::addProblem(const std::string& message) const
{
    if (isDrawn)
        place.addKeyProblem("trials may get " + toText(value) + ": " + message);
    else
        place.addProblem(message);
}

std::vector<TrialValue> trialValues(const Parameter& parameter, const SearchSettings& search,
                                    const YamlValue& place)
{
    return std::visit(Listing{search, place}, parameter.domain);
}

std::string toJson(const Value& value)
{
    return std::visit([](const auto& plain) { return nlohmann::json(plain); }, value)
        .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

} // namespace widthwise
