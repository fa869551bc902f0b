// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/unit_space.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace widthwise {

namespace {

constexpr double absent = std::numeric_limits<double>::quiet_NaN();

double between(const Domain& domain, const Value& value, const Value& next)
{
    return std::abs(positionOf(domain, next) - positionOf(domain, value));
}

struct Grain {
    const Domain& domain;
    double operator()(const FloatRange& range) const
    {
        return range.step ? std::min(1.0, between(domain, range.low, range.low + *range.step)) : 0;
    }
    /// On a logarithmic scale the smallest integer has the largest share.
    double operator()(const IntegerRange& range) const
    {
        if (range.low == range.high)
            return 1;
        return between(domain, range.low, std::min(range.high, range.low + range.step.value_or(1)));
    }
    double operator()(const Choices&) const { return 0; }
    double operator()(const FixedValue&) const { return 0; }
};

} // namespace

UnitSpace::UnitSpace(SearchSpace space) : m_space(std::move(space))
{
    std::vector<std::optional<Condition>> conditions;
    for (const Parameter* parameter : m_space.varied()) {
        Dimension dimension;
        dimension.parameter = static_cast<std::size_t>(parameter - m_space.parameters().data());
        if (const auto* choices = std::get_if<Choices>(&parameter->domain))
            dimension.choices = choices->values.size();
        dimension.grain = std::visit(Grain{parameter->domain}, parameter->domain);
        const auto known = std::ranges::find(conditions, parameter->when);
        dimension.group = static_cast<std::size_t>(known - conditions.begin());
        if (known == conditions.end())
            conditions.push_back(parameter->when);
        m_dimensions.push_back(dimension);
    }
    m_groups = conditions.size();
}

std::vector<double> UnitSpace::encode(const Configuration& configuration) const
{
    std::vector<double> point;
    for (const Dimension& dimension : m_dimensions) {
        const Parameter& parameter = m_space.parameters()[dimension.parameter];
        const Value* value = configuration.find(parameter.name);
        point.push_back(value ? positionOf(parameter.domain, *value) : absent);
    }
    return point;
}

Configuration UnitSpace::decode(std::span<const double> point) const
{
    return m_space.build([&](const Parameter& parameter, std::size_t index) {
        const auto dimension = std::ranges::find(m_dimensions, index, &Dimension::parameter);
        return valueAt(parameter.domain,
                       dimension == m_dimensions.end()
                           ? 0.5
                           : point[static_cast<std::size_t>(dimension - m_dimensions.begin())]);
    });
}

} // namespace widthwise
