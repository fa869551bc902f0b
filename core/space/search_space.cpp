// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/space/search_space.h"

#include "core/space/name_rule.h"
#include "core/space/nearest.h"

#include <algorithm>
#include <cmath>
#include <span>

namespace widthwise {

namespace {

/// More values than this on a step are no list that anyone wants; the step is then a mistake.
constexpr double mostSteps = 1e6;

/// Collects the problems of one parameter.
class Check {
public:
    Check(std::vector<SpaceProblem>& problems, const Parameter& parameter)
        : m_problems(problems), m_parameter(parameter)
    {
    }

    void name(std::span<const Parameter> earlier) const
    {
        if (const auto refusal = whyNotParameterName(m_parameter.name))
            add("name", *refusal);
        else if (std::ranges::count(earlier, m_parameter.name, &Parameter::name) > 0)
            add("name", "there is already a parameter of this name");
    }

    void operator()(const FloatRange& range) const
    {
        if (!std::isfinite(range.low))
            return add("low", "expected a finite number");
        if (!std::isfinite(range.high))
            return add("high", "expected a finite number");
        bounds(range.low, range.high, range.scale);
        if (range.step && !(std::isfinite(*range.step) && *range.step > 0))
            add("step", "expected a number greater than 0");
        else if (range.step)
            step(range.scale, range.high - range.low, *range.step);
    }

    void operator()(const IntegerRange& range) const
    {
        bounds(range.low, range.high, range.scale);
        if (range.step && *range.step <= 0)
            add("step", "expected an integer greater than 0");
        else if (range.step)
            step(range.scale, static_cast<double>(range.high) - static_cast<double>(range.low),
                 static_cast<double>(*range.step));
    }

    void operator()(const Choices& choices) const
    {
        if (choices.values.empty())
            add("values", "expected at least one value");
        values("values", choices.values);
    }

    void operator()(const FixedValue& fixed) const { values("value", std::span(&fixed.value, 1)); }

    void condition(std::span<const Parameter> earlier, std::span<const Parameter> all) const
    {
        if (!m_parameter.when)
            return;
        const Condition& when = *m_parameter.when;
        const auto parent = std::ranges::find(earlier, when.parameter, &Parameter::name);
        if (parent == earlier.end())
            return add("when", unknownParent(when.parameter, earlier, all));
        if (when.values.empty())
            add("when", "expected at least one value of " + when.parameter);
        const bool soundParent = std::ranges::count(m_problems, parent->name, &SpaceProblem::parameter) == 0;
        for (const Value& value : when.values)
            if (soundParent && !contains(parent->domain, value))
                add("when", when.parameter + " never has the value " + toText(value));
        values("when", when.values);
    }

private:
    void add(const std::string& field, const std::string& message) const
    {
        m_problems.push_back({m_parameter.name, field, message});
    }

    template <typename Number>
    void bounds(Number low, Number high, Scale scale) const
    {
        if (low > high)
            add("low", "low (" + toText(low) + ") is greater than high (" + toText(high) + ")");
        if (scale == Scale::Log && low <= 0)
            add("low", "a logarithmic scale needs low greater than 0, got " + toText(low));
    }

    void step(Scale scale, double width, double step) const
    {
        if (scale == Scale::Log)
            add("step", "a step needs the linear scale");
        else if (width > 0 && step > width)
            add("step", "the step is greater than high - low");
        else if (width / step > mostSteps)
            add("step", "the step gives more than a million values: leave it out");
    }

    void values(const std::string& field, std::span<const Value> list) const
    {
        for (std::size_t i = 0; i < list.size(); ++i) {
            const auto* number = std::get_if<double>(&list[i]);
            if (number && !std::isfinite(*number))
                add(field, "expected finite numbers, got " + toText(list[i]));
            if (std::ranges::count(list.first(i), list[i]) > 0)
                add(field, "the value " + toText(list[i]) + " appears twice");
        }
    }

    std::string unknownParent(const std::string& wanted, std::span<const Parameter> earlier,
                              std::span<const Parameter> all) const
    {
        if (wanted == m_parameter.name)
            return "a parameter cannot depend on itself";
        if (std::ranges::count(all, wanted, &Parameter::name) > 0)
            return wanted + " comes later in the space: put it before " + m_parameter.name;
        std::vector<std::string> names;
        for (const Parameter& parameter : earlier)
            names.push_back(parameter.name);
        return "there is no parameter " + wanted + suggestion(wanted, names);
    }

    std::vector<SpaceProblem>& m_problems;
    const Parameter& m_parameter;
};

bool isActive(const Parameter& parameter, const Configuration& sofar)
{
    if (!parameter.when)
        return true;
    const Value* value = sofar.find(parameter.when->parameter);
    return value && std::ranges::count(parameter.when->values, *value) > 0;
}

bool hasOneValue(const Domain& domain)
{
    struct Visitor {
        bool operator()(const FloatRange& range) const { return range.low == range.high; }
        bool operator()(const IntegerRange& range) const { return range.low == range.high; }
        bool operator()(const Choices& choices) const { return choices.values.size() == 1; }
        bool operator()(const FixedValue&) const { return true; }
    };
    return std::visit(Visitor{}, domain);
}

} // namespace

const Parameter* SearchSpace::find(std::string_view name) const
{
    const auto found = std::ranges::find(m_parameters, name, &Parameter::name);
    return found == m_parameters.end() ? nullptr : &*found;
}

std::vector<const Parameter*> SearchSpace::varied() const
{
    std::vector<const Parameter*> result;
    for (const Parameter& parameter : m_parameters)
        if (!hasOneValue(parameter.domain))
            result.push_back(&parameter);
    return result;
}

std::vector<SpaceProblem> SearchSpace::problems() const
{
    std::vector<SpaceProblem> problems;
    const std::span<const Parameter> all(m_parameters);
    for (std::size_t i = 0; i < all.size(); ++i) {
        const Check check(problems, all[i]);
        check.name(all.first(i));
        std::visit(check, all[i].domain);
        check.condition(all.first(i), all);
    }
    return problems;
}

Configuration SearchSpace::build(const std::function<Value(const Parameter&, std::size_t)>& pick) const
{
    Configuration configuration;
    for (std::size_t i = 0; i < m_parameters.size(); ++i)
        if (isActive(m_parameters[i], configuration))
            configuration.set(m_parameters[i].name, pick(m_parameters[i], i));
    return configuration;
}

bool SearchSpace::contains(const Configuration& configuration) const
{
    std::size_t active = 0;
    for (const Parameter& parameter : m_parameters) {
        const Value* value = configuration.find(parameter.name);
        if (isActive(parameter, configuration) != (value != nullptr))
            return false;
        if (value && !widthwise::contains(parameter.domain, *value))
            return false;
        active += value != nullptr;
    }
    return active == configuration.entries().size();
}

} // namespace widthwise
