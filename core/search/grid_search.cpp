// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/grid_search.h"

#include <algorithm>

namespace widthwise {

namespace {

constexpr std::uint64_t most = std::uint64_t(1) << 62;

std::uint64_t product(std::uint64_t a, std::uint64_t b)
{
    return b != 0 && a > most / b ? most : a * b;
}

std::uint64_t sum(std::uint64_t a, std::uint64_t b)
{
    return std::min(most, a + b);
}

} // namespace

GridSearch::GridSearch(SearchSpace space, int points) : m_space(std::move(space))
{
    const std::vector<Parameter>& parameters = m_space.parameters();
    m_axes.resize(parameters.size());
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        m_axes[i].values = gridValues(parameters[i].domain, points);
        if (!parameters[i].when) {
            m_roots.push_back(i);
            continue;
        }
        const auto parent = std::ranges::find(parameters, parameters[i].when->parameter, &Parameter::name);
        m_axes[static_cast<std::size_t>(parent - parameters.begin())].children.push_back(i);
    }
    for (std::size_t i = m_axes.size(); i-- > 0;) // children stand after their parents
        count(i);
    for (const std::size_t root : m_roots)
        m_size = product(m_size, m_axes[root].total);
}

void GridSearch::count(std::size_t axis)
{
    Axis& here = m_axes[axis];
    for (const Value& value : here.values) {
        std::uint64_t combinations = 1;
        for (const std::size_t child : here.children)
            if (exists(child, value))
                combinations = product(combinations, m_axes[child].total);
        here.counts.push_back(combinations);
        here.total = sum(here.total, combinations);
    }
}

bool GridSearch::exists(std::size_t child, const Value& parentValue) const
{
    return std::ranges::count(m_space.parameters()[child].when->values, parentValue) > 0;
}

void GridSearch::pick(std::size_t axis, std::uint64_t index, std::vector<Value>& chosen) const
{
    const Axis& here = m_axes[axis];
    std::size_t value = 0;
    while (index >= here.counts[value])
        index -= here.counts[value++];
    chosen[axis] = here.values[value];
    std::vector<std::size_t> children;
    for (const std::size_t child : here.children)
        if (exists(child, chosen[axis]))
            children.push_back(child);
    pickAll(children, index, chosen);
}

void GridSearch::pickAll(const std::vector<std::size_t>& axes, std::uint64_t index,
                         std::vector<Value>& chosen) const
{
    for (std::size_t i = axes.size(); i-- > 0;) {
        const std::uint64_t total = m_axes[axes[i]].total;
        pick(axes[i], index % total, chosen);
        index /= total;
    }
}

Proposal GridSearch::propose(const History& history)
{
    for (; m_read < history.size(); ++m_read)
        pass(history[m_read].configuration);
    for (; m_next < m_size; ++m_next)
        if (Configuration next = at(m_next); !m_ran.contains(keyOf(next)))
            return next;
    return Exhausted{};
}

void GridSearch::pass(const Configuration& configuration)
{
    if (m_ran.insert(keyOf(configuration)).second && has(configuration))
        ++m_passed;
}

/// Of what is searched: a trial may have other values besides, and another one of a fidelity.
std::string GridSearch::keyOf(const Configuration& configuration) const
{
    Configuration own;
    for (const Parameter& parameter : m_space.parameters())
        if (const Value* value = configuration.find(parameter.name);
            value && !std::holds_alternative<FixedValue>(parameter.domain))
            own.set(parameter.name, *value);
    return toJson(own);
}

/// Whether it is one of the combinations.
bool GridSearch::has(const Configuration& configuration) const
{
    const std::vector<Parameter>& parameters = m_space.parameters();
    for (std::size_t axis = 0; axis < parameters.size(); ++axis) {
        const Parameter& parameter = parameters[axis];
        const Value* value = configuration.find(parameter.name);
        const Value* parent = parameter.when ? configuration.find(parameter.when->parameter) : nullptr;
        const bool isThere = !parameter.when || (parent && exists(axis, *parent));
        if (std::holds_alternative<FixedValue>(parameter.domain))
            continue;
        if ((value != nullptr) != isThere || (value && !std::ranges::count(m_axes[axis].values, *value)))
            return false;
    }
    return true;
}

Configuration GridSearch::at(std::uint64_t index) const
{
    std::vector<Value> chosen(m_axes.size());
    pickAll(m_roots, index, chosen);
    return m_space.build([&](const Parameter&, std::size_t axis) { return chosen[axis]; });
}

std::uint64_t gridSize(const SearchSpace& space, int points)
{
    return GridSearch(space, points).size();
}

} // namespace widthwise
