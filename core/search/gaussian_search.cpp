// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/gaussian_search.h"

#include "core/search/acquisition.h"

#include <algorithm>
#include <numeric>

namespace widthwise {

namespace {

constexpr std::size_t mostTrials = 150;

std::vector<std::vector<double>> bestPoints(const Evidence& evidence, std::size_t most)
{
    std::vector<std::size_t> order(evidence.points.size());
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return evidence.values[i]; });
    std::vector<std::vector<double>> points;
    for (std::size_t i = 0; i < std::min(most, order.size()); ++i)
        points.push_back(evidence.points[order[i]]);
    return points;
}

} // namespace

GaussianSearch::GaussianSearch(SearchSpace space, Direction direction, std::uint64_t seed)
    : m_space(space), m_start(std::move(space), seed), m_sign(direction == Direction::Minimize ? 1 : -1),
      m_seed(seed)
{
}

std::size_t GaussianSearch::startTrials() const
{
    return std::clamp<std::size_t>(m_space.dimensions().size() + 1, 6, 12);
}

Proposal GaussianSearch::propose(const History& history)
{
    const std::size_t dimensions = m_space.dimensions().size();
    const Evidence evidence = evidenceOf(history, m_encoded.of(history, m_space), m_sign, mostTrials);
    if (evidence.points.size() < startTrials() || evidence.failures == evidence.points.size() ||
        dimensions == 0)
        return m_start.propose(history);
    const Acquisition acquisition(m_space, evidence);
    return m_space.decode(maximize(acquisition, m_space, bestPoints(evidence, 4), m_seed, history.size()));
}

} // namespace widthwise
