// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/changed_space.h"

#include <algorithm>

namespace widthwise {

namespace {

struct Holds {
    const Value& value;

    bool operator()(const FloatRange& range) const
    {
        if (std::holds_alternative<std::string>(value))
            return false;
        const double number = toNumber(value);
        return number >= range.low && number <= range.high;
    }
    bool operator()(const IntegerRange& range) const
    {
        const auto* integer = std::get_if<std::int64_t>(&value);
        return integer && *integer >= range.low && *integer <= range.high;
    }
    bool operator()(const Choices& choices) const
    {
        return std::ranges::find(choices.values, value) != choices.values.end();
    }
    bool operator()(const FixedValue&) const { return true; }
};

/// So that another program, too, is told of nothing that its space does not have.
Configuration nearest(const SearchSpace& space, const Configuration& configuration)
{
    return space.build([&](const Parameter& parameter, std::size_t) {
        const Value* value = configuration.find(parameter.name);
        if (value && std::visit(Holds{*value}, parameter.domain))
            return *value;
        const bool isNumber = value && !std::holds_alternative<std::string>(*value);
        return valueAt(parameter.domain, isNumber ? positionOf(parameter.domain, *value) : 0.5);
    });
}

/// What a trial never loses again is not compared.
bool isSame(const PastTrial& one, const PastTrial& other)
{
    return one.state == other.state && one.value == other.value && one.rung == other.rung &&
           one.generation == other.generation && one.reports.size() == other.reports.size();
}

} // namespace

bool liesOutside(const SearchSpace& space, const Configuration& configuration)
{
    return std::ranges::any_of(space.parameters(), [&](const Parameter& parameter) {
        const Value* value = configuration.find(parameter.name);
        return value && !std::visit(Holds{*value}, parameter.domain);
    });
}

Proposal ChangedSpace::propose(const History& history)
{
    return m_inside->propose(seen(history));
}

const History& ChangedSpace::seen(const History& history)
{
    for (std::size_t trial = m_outside.size(); trial < history.size(); ++trial) {
        m_outside.push_back(liesOutside(m_space, history[trial].configuration));
        m_any = m_any || m_outside.back();
    }
    if (!m_any)
        return history;
    m_seen.forgetChanges();
    for (std::size_t trial = 0; trial < history.size(); ++trial) {
        const bool isNew = trial == m_seen.size();
        if (isNew)
            m_seen.push_back(history[trial]);
        else if (!m_outside[trial] && !isSame(m_seen[trial], history[trial]))
            m_seen.change(trial) = history[trial];
        if (isNew && m_outside[trial]) {
            m_seen.change(trial).state = PastTrial::State::Void;
            m_seen.change(trial).configuration = nearest(m_space, history[trial].configuration);
        }
    }
    return m_seen;
}

} // namespace widthwise
