// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/evolution_search.h"

#include "core/search/draws.h"

#include <algorithm>
#include <cmath>

namespace widthwise {

namespace {

constexpr double deviation = 0.1;       ///< of a mutated range, in units of it
constexpr std::uint64_t stream = 0xe70; ///< of its random numbers

} // namespace

EvolutionSearch::EvolutionSearch(SearchSpace space, Direction direction, std::uint64_t seed,
                                 std::size_t population, std::size_t sample)
    : m_space(space), m_start(std::move(space), seed), m_sign(direction == Direction::Minimize ? 1 : -1),
      m_seed(seed), m_population(population), m_sample(sample)
{
}

Proposal EvolutionSearch::propose(const History& history)
{
    std::size_t known = 0;
    std::vector<const PastTrial*> parents; // the latest first
    for (std::size_t place = history.lessons(); place-- > 0 && known < m_population;) {
        const PastTrial& trial = history.lesson(place);
        const bool ended = trial.state == PastTrial::State::Ended;
        known += ended || trial.state == PastTrial::State::Failed;
        if (ended)
            parents.push_back(&trial);
    }
    if (known < m_population || parents.empty() || m_space.dimensions().empty())
        return m_start.propose(history);
    Draws draws(m_seed, stream + (history.size() << 16));
    const PastTrial* best = nullptr;
    for (std::size_t i = 0; i < m_sample; ++i) {
        const PastTrial* drawn = parents[draws.index(parents.size())];
        if (!best || m_sign * *drawn->value < m_sign * *best->value)
            best = drawn;
    }
    return m_space.decode(mutated(m_space.encode(best->configuration), history.size()));
}

/// One coordinate that exists becomes another value; what begins to exist by that is drawn.
std::vector<double> EvolutionSearch::mutated(std::vector<double> point, std::uint64_t trial) const
{
    Draws draws(m_seed, stream + (trial << 16) + 1);
    std::vector<std::size_t> there;
    for (std::size_t i = 0; i < point.size(); ++i)
        if (!std::isnan(point[i]))
            there.push_back(i);
    const std::size_t chosen = there[draws.index(there.size())];
    const UnitSpace::Dimension& dimension = m_space.dimensions()[chosen];
    if (dimension.choices > 0) {
        const auto choices = static_cast<double>(dimension.choices);
        const double shift = (1 + static_cast<double>(draws.index(dimension.choices - 1))) / choices;
        point[chosen] += point[chosen] + shift < 1 ? shift : shift - 1;
    } else {
        const double length = std::max(deviation, dimension.grain);
        point[chosen] = std::clamp(point[chosen] + length * draws.normal(), 0.0, 1.0);
    }
    for (double& coordinate : point)
        if (std::isnan(coordinate))
            coordinate = draws.uniform();
    return point;
}

} // namespace widthwise
