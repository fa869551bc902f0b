// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/space/configuration.h"
#include "core/space/parameter.h"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace widthwise {

/// What is wrong with a space, and with which of its parameters.
struct SpaceProblem {
    std::string parameter;
    std::string field; ///< `low`, `high`, `scale`, `step`, `values`, `when`, `name` or `type`
    std::string message;
};

/// An ordered list of parameters. A condition may name only a parameter that stands before it.
class SearchSpace {
public:
    SearchSpace() = default;
    explicit SearchSpace(std::vector<Parameter> parameters) : m_parameters(std::move(parameters)) {}

    const std::vector<Parameter>& parameters() const { return m_parameters; }
    const Parameter* find(std::string_view name) const;

    /// The parameters that a search varies: all but fixed values and one-value choices.
    std::vector<const Parameter*> varied() const;

    /// Empty for a usable space.
    std::vector<SpaceProblem> problems() const;

    /// Builds a configuration by asking `pick` for each parameter that is active given those before it.
    Configuration build(const std::function<Value(const Parameter&, std::size_t index)>& pick) const;

    /// True where exactly the active parameters have values, each inside its domain.
    bool contains(const Configuration& configuration) const;

    bool operator==(const SearchSpace&) const = default;

private:
    std::vector<Parameter> m_parameters;
};

} // namespace widthwise
