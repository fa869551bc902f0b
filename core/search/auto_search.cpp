// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/auto_search.h"

#include "core/search/algorithms.h"

#include <algorithm>
#include <bit>

namespace widthwise {

namespace {

constexpr std::size_t leading = 60; ///< trials that have to be known before the Gaussian process hands over
constexpr std::size_t redraws = 10; ///< of a configuration that a trial has already
constexpr std::uint64_t stream = 1000; ///< of these, in Sobol's sequence

/// How many trials have to be known before CMA-ES begins: more where many run at a time, since its
/// generations then say little of each other.
std::size_t handover(const History& history)
{
    const auto open = std::ranges::count(history, PastTrial::State::Waiting, &PastTrial::state);
    return std::max(leading, 4 * std::bit_ceil(static_cast<std::size_t>(open) + 1));
}

std::size_t knownTrials(const History& history)
{
    return static_cast<std::size_t>(std::ranges::count_if(history, [](const PastTrial& trial) {
        return trial.state == PastTrial::State::Ended || trial.state == PastTrial::State::Failed;
    }));
}

bool isThere(const History& history, const Configuration& configuration)
{
    const auto has = [&](const auto& trials) {
        return std::ranges::find(trials, configuration, &PastTrial::configuration) != trials.end();
    };
    return has(history) || has(history.prior());
}

} // namespace

AutoSearch::AutoSearch(SearchSpace space, Direction direction, std::uint64_t seed)
    : m_space(space), m_gaussian(space, direction, seed), m_parzen(space, direction, seed), m_seed(seed)
{
    if (whyNotSearched(searchAlgorithm("cmaes"), space).empty() && !m_space.dimensions().empty())
        m_evolution.emplace(std::move(space), direction, seed);
}

Proposal AutoSearch::propose(const History& history)
{
    Configuration chosen = choose(history);
    const std::size_t dimensions = m_space.dimensions().size();
    for (std::size_t i = 0; i < redraws && dimensions > 0 && isThere(history, chosen); ++i)
        chosen = m_space.decode(sobolPoint(dimensions, stream + redraws * history.size() + i, m_seed));
    return chosen;
}

Configuration AutoSearch::choose(const History& history)
{
    if (history.empty() && history.prior().size() < m_gaussian.startTrials())
        return m_space.decode(std::vector<double>(m_space.dimensions().size(), 0.5));
    const std::size_t first = handover(history);
    if (knownTrials(history) < first)
        return std::get<Configuration>(m_gaussian.propose(history));
    if (m_evolution)
        return m_evolution->proposeFrom(history, first);
    SearchAlgorithm& turn = history.size() % 2 == 0 ? static_cast<SearchAlgorithm&>(m_parzen) : m_gaussian;
    return std::get<Configuration>(turn.propose(history));
}

} // namespace widthwise
