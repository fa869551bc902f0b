// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/space_differences.h"

#include <algorithm>
#include <array>
#include <optional>
#include <variant>

namespace widthwise {

namespace {

constexpr const char* newOne = ": make a new experiment for it";

std::string typeOf(const Domain& domain)
{
    constexpr std::array names{"float", "integer", "categorical", "fixed"};
    return names.at(domain.index());
}

std::string shown(Scale scale)
{
    return scale == Scale::Log ? "log" : "linear";
}

std::string shown(double value)
{
    return toText(Value(value));
}

std::string shown(std::int64_t value)
{
    return std::to_string(value);
}

template <class Number>
std::string shown(const std::optional<Number>& step)
{
    return step ? shown(*step) : "none";
}

/// Compares one parameter.
class Comparison {
public:
    Comparison(std::string name, std::vector<SpaceDifference>& all) : m_name(std::move(name)), m_all(all) {}

    void add(const char* key, const std::string& text, const std::string& refusal = {})
    {
        m_all.push_back({{"space", m_name}, text, refusal});
        if (*key)
            m_all.back().path.emplace_back(key);
    }
    void compare(const char* key, const std::string& before, const std::string& after,
                 const std::string& refusal = {})
    {
        if (before != after)
            add(key, before + " → " + after, refusal);
    }

    template <class Range>
    void compareRanges(const Range& before, const Range& after)
    {
        compare("low", shown(before.low), shown(after.low));
        compare("high", shown(before.high), shown(after.high));
        compare("scale", shown(before.scale), shown(after.scale));
        compare("step", shown(before.step), shown(after.step));
    }
    void compareChoices(const Choices& before, const Choices& after)
    {
        const auto tell = [this](const Choices& some, const Choices& others, const char* what) {
            for (const Value& value : some.values)
                if (std::ranges::find(others.values, value) == others.values.end())
                    add("values", toText(value) + what);
        };
        tell(after, before, " added");
        tell(before, after, " taken out");
    }

private:
    std::string m_name;
    std::vector<SpaceDifference>& m_all;
};

void compare(const Parameter& before, const Parameter& after, std::vector<SpaceDifference>& all)
{
    Comparison comparison(after.name, all);
    if (before.when != after.when)
        comparison.add("when", "it differs", std::string("trials would mean another thing") + newOne);
    if (before.description != after.description)
        comparison.add("description", "it differs");
    if (before.domain.index() != after.domain.index())
        return comparison.compare("", typeOf(before.domain), typeOf(after.domain),
                                  std::string("a parameter keeps its type, or what is known of it is lost; a "
                                              "range with one value, or one choice, stays where it is"));
    if (const auto* range = std::get_if<FloatRange>(&after.domain))
        comparison.compareRanges(std::get<FloatRange>(before.domain), *range);
    else if (const auto* integers = std::get_if<IntegerRange>(&after.domain))
        comparison.compareRanges(std::get<IntegerRange>(before.domain), *integers);
    else if (const auto* choices = std::get_if<Choices>(&after.domain))
        comparison.compareChoices(std::get<Choices>(before.domain), *choices);
    else
        comparison.compare(
            "", toText(std::get<FixedValue>(before.domain).value),
            toText(std::get<FixedValue>(after.domain).value),
            std::string("trials with another value could not be compared with those that there "
                        "are") +
                newOne);
}

} // namespace

std::vector<SpaceDifference> spaceDifferences(const SearchSpace& before, const SearchSpace& after)
{
    std::vector<SpaceDifference> all;
    for (const Parameter& parameter : after.parameters()) {
        if (const Parameter* known = before.find(parameter.name))
            compare(*known, parameter, all);
        else
            all.push_back({{"space", parameter.name},
                           "added",
                           std::string("the trials that there are have no value of it") + newOne});
    }
    for (const Parameter& parameter : before.parameters())
        if (!after.find(parameter.name))
            all.push_back({{"space", parameter.name},
                           "taken out",
                           "a parameter stays; one that is to vary no more gets a single value within its "
                           "bounds"});
    return all;
}

} // namespace widthwise
