// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/algorithm.h"

#include <cstddef>
#include <set>
#include <string>
#include <vector>

namespace widthwise {

/// Every combination of the parameters' grid values once, the last parameter running fastest. Conditions make
/// the space a forest (a parameter depends on at most one other), so combinations are counted and the n-th is
/// found without listing them, and parameters that do not exist multiply nothing. What the history has
/// already is passed over: of a space that was changed, only what is new is run.
class GridSearch final : public SearchAlgorithm {
public:
    /// `points`: see gridValues.
    GridSearch(SearchSpace space, int points);

    /// Saturates at 2^62.
    std::uint64_t size() const { return m_size; }

    Proposal propose(const History& history) override;
    bool learns() const override { return false; }
    /// A trial with this configuration has run, or will.
    void pass(const Configuration& configuration);
    /// How many of the combinations have not; saturates at 2^62.
    std::uint64_t left() const { return m_size - m_passed; }
    /// The combination with this index, which is below size().
    Configuration at(std::uint64_t index) const;

private:
    struct Axis {
        std::vector<Value> values;
        std::vector<std::size_t> children; ///< the parameters that depend on this one
        std::vector<std::uint64_t> counts; ///< per value: combinations of everything that depends on it
        std::uint64_t total = 0;           ///< their sum
    };

    void count(std::size_t axis);
    bool exists(std::size_t child, const Value& parentValue) const;
    void pick(std::size_t axis, std::uint64_t index, std::vector<Value>& chosen) const;
    void pickAll(const std::vector<std::size_t>& axes, std::uint64_t index, std::vector<Value>& chosen) const;

    std::string keyOf(const Configuration& configuration) const;
    bool has(const Configuration& configuration) const;

    SearchSpace m_space;
    std::size_t m_read = 0;      ///< trials of the history
    std::set<std::string> m_ran; ///< their configurations
    std::uint64_t m_passed = 0;  ///< of these, combinations of the grid
    std::uint64_t m_next = 0;    ///< all before have run
    std::vector<Axis> m_axes;
    std::vector<std::size_t> m_roots;
    std::uint64_t m_size = 1;
};

/// How many different configurations a grid over `space` (one without problems) has; saturates at 2^62.
std::uint64_t gridSize(const SearchSpace& space, int points);

} // namespace widthwise
