// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/auto_search.h"

#include "core/search/algorithms.h"

namespace widthwise {

namespace {

constexpr std::size_t leading = 80; ///< trials for which the Gaussian process leads

} // namespace

AutoSearch::AutoSearch(SearchSpace space, Direction direction, std::uint64_t seed)
    : m_space(space), m_gaussian(space, direction, seed), m_parzen(space, direction, seed)
{
    if (whyNotSearched(searchAlgorithm("cmaes"), space).empty() && !m_space.dimensions().empty())
        m_evolution.emplace(std::move(space), direction, seed);
}

Proposal AutoSearch::propose(const History& history)
{
    const std::size_t trial = history.size();
    if (trial == 0)
        return m_space.decode(std::vector<double>(m_space.dimensions().size(), 0.5));
    if (trial < leading)
        return m_gaussian.propose(history);
    if (m_evolution)
        return m_evolution->proposeFrom(history, leading);
    return trial % 2 == 0 ? m_parzen.propose(history) : m_gaussian.propose(history);
}

} // namespace widthwise
