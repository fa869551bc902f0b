// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/cma_search.h"

#include "core/search/cma_distribution.h"
#include "core/search/draws.h"
#include "core/search/sobol_search.h"
#include "core/space/exact_math.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace widthwise {

namespace {

constexpr double firstDeviation = 1.0 / 6;
constexpr std::size_t startingFrom = 10;
constexpr double leastDeviation = 1e-5; ///< of every coordinate: below it the distribution starts anew
constexpr std::uint64_t stream = 0xc3a; ///< of its random numbers

std::size_t generationFor(std::size_t dimensions)
{
    return static_cast<std::size_t>(4 + 3 * exactLog(static_cast<double>(dimensions)));
}

} // namespace

CmaSearch::CmaSearch(SearchSpace space, Direction direction, std::uint64_t seed)
    : m_space(std::move(space)), m_sign(direction == Direction::Minimize ? 1 : -1), m_seed(seed)
{
}

Proposal CmaSearch::propose(const History& history)
{
    const std::size_t dimensions = m_space.dimensions().size();
    if (dimensions == 0)
        return m_space.decode({});
    m_encoded.of(history, m_space);
    return sampled(learnedFrom(startFrom(history, 0), history, 0), history.size());
}

Configuration CmaSearch::proposeFrom(const History& history, std::size_t first)
{
    m_encoded.of(history, m_space);
    return sampled(learnedFrom(startFrom(history, first), history, first), history.size());
}

CmaDistribution CmaSearch::startFrom(const History& history, std::size_t first) const
{
    const std::size_t dimensions = m_space.dimensions().size();
    std::vector<std::pair<double, std::size_t>> ranking;
    for (std::size_t i = 0; i < history.prior().size() + std::min(first, history.size()); ++i)
        if (const PastTrial& trial = history.lesson(i);
            trial.state == PastTrial::State::Ended || (first == 0 && trial.value))
            ranking.emplace_back(m_sign * *trial.value, i);
    std::ranges::sort(ranking);
    const std::vector<std::vector<double>>& points = m_encoded.points();
    if (ranking.empty())
        return {std::vector<double>(dimensions, 0.5), firstDeviation, generationFor(dimensions)};
    const std::size_t most = std::min(startingFrom, ranking.size());
    const std::vector<double>& best = points[ranking.front().second];
    double square = 0;
    for (std::size_t i = 1; i < most; ++i)
        for (std::size_t k = 0; k < dimensions; ++k) {
            const double distance = points[ranking[i].second][k] - best[k];
            square += distance * distance / static_cast<double>(most * dimensions);
        }
    const double deviation = std::clamp(std::sqrt(square), 0.005, firstDeviation);
    return {best, deviation, generationFor(dimensions)};
}

CmaDistribution CmaSearch::learnedFrom(CmaDistribution now, const History& history, std::size_t first) const
{
    const std::size_t before = history.prior().size();
    const std::vector<std::vector<double>>& points = m_encoded.points();
    while (first + now.generation() <= history.size()) {
        std::vector<CmaDistribution::Member> members;
        const std::size_t end = first + now.generation();
        for (; first < end; ++first) {
            const PastTrial& trial = history[first];
            if (trial.state == PastTrial::State::Ended)
                members.push_back({m_sign * *trial.value, points[before + first]});
            else if (trial.state == PastTrial::State::Failed)
                members.push_back({std::numeric_limits<double>::infinity(), points[before + first]});
        }
        now.learn(std::move(members));
        if (now.deviation() < leastDeviation)
            now = CmaDistribution(sobolPoint(now.mean().size(), end, m_seed), firstDeviation,
                                  2 * now.generation());
    }
    return now;
}

Configuration CmaSearch::sampled(const CmaDistribution& now, std::uint64_t trial) const
{
    std::vector<double> grains;
    for (const UnitSpace::Dimension& dimension : m_space.dimensions())
        grains.push_back(dimension.grain);
    Draws draws(m_seed, stream + (trial << 16));
    return m_space.decode(now.sample(draws, grains));
}

} // namespace widthwise
