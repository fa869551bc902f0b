// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/list_search.h"

#include "core/space/nearest.h"

#include <stdexcept>

namespace widthwise {

namespace {

Value pick(const Parameter& parameter, const Configuration& chosen)
{
    const Value* value = chosen.find(parameter.name);
    if (const auto* fixed = std::get_if<FixedValue>(&parameter.domain); fixed && value == nullptr)
        return fixed->value;
    if (value == nullptr)
        throw std::invalid_argument("it lacks a value of " + parameter.name);
    const auto* whole = std::get_if<std::int64_t>(value);
    const auto real =
        whole && std::holds_alternative<FloatRange>(parameter.domain) ? exactNumber(*whole) : std::nullopt;
    const Value typed = real ? Value(*real) : *value;
    if (!contains(parameter.domain, typed))
        throw std::invalid_argument(parameter.name + ": " + toText(typed) + " is not in the search space");
    return typed;
}

void refuseSurplus(const SearchSpace& space, const Configuration& chosen, const Configuration& complete)
{
    std::vector<std::string> names;
    for (const Parameter& parameter : space.parameters())
        names.push_back(parameter.name);
    for (const auto& [name, value] : chosen.entries()) {
        if (space.find(name) == nullptr)
            throw std::invalid_argument(name + " is no parameter of the search space" +
                                        suggestion(name, names));
        if (complete.find(name) == nullptr)
            throw std::invalid_argument(name + " does not exist with the other values (see its `when`)");
    }
}

} // namespace

Configuration completed(const SearchSpace& space, const Configuration& chosen)
{
    Configuration complete =
        space.build([&chosen](const Parameter& parameter, std::size_t) { return pick(parameter, chosen); });
    refuseSurplus(space, chosen, complete);
    return complete;
}

ListSearch::ListSearch(const SearchSpace& space, const std::vector<Configuration>& configurations)
{
    if (configurations.empty())
        throw std::invalid_argument("search.configurations: expected at least one");
    for (const Configuration& chosen : configurations) {
        try {
            m_configurations.push_back(completed(space, chosen));
        } catch (const std::invalid_argument& error) {
            throw std::invalid_argument("search.configurations[" + std::to_string(m_configurations.size()) +
                                        "]: " + error.what());
        }
    }
}

Proposal ListSearch::propose(const History& history)
{
    const std::size_t place = history.proposals();
    return place < m_configurations.size() ? Proposal(m_configurations[place]) : Proposal(Exhausted{});
}

} // namespace widthwise
