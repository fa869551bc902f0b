// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/cma_search.h"

#include "core/search/cma_distribution.h"
#include "core/search/draws.h"
#include "core/search/sobol_search.h"
#include "core/space/exact_math.h"

#include <limits>

namespace widthwise {

namespace {

constexpr double firstDeviation = 1.0 / 6;
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
    if (m_space.dimensions().empty())
        return m_space.decode({});
    std::vector<double> grains;
    for (const UnitSpace::Dimension& dimension : m_space.dimensions())
        grains.push_back(dimension.grain);
    Draws draws(m_seed, stream + (history.size() << 16));
    return m_space.decode(learnedFrom(history).sample(draws, grains));
}

CmaDistribution CmaSearch::learnedFrom(const History& history)
{
    const std::size_t dimensions = m_space.dimensions().size();
    const std::vector<std::vector<double>>& points = m_encoded.of(history, m_space);
    CmaDistribution now(std::vector<double>(dimensions, 0.5), firstDeviation, generationFor(dimensions));
    for (std::size_t first = 0; first + now.generation() <= history.size();) {
        std::vector<CmaDistribution::Member> members;
        const std::size_t end = first + now.generation();
        for (; first < end; ++first) {
            const PastTrial& trial = history[first];
            if (trial.state == PastTrial::State::Ended)
                members.push_back({m_sign * *trial.value, points[first]});
            else if (trial.state == PastTrial::State::Failed)
                members.push_back({std::numeric_limits<double>::infinity(), points[first]});
        }
        now.learn(std::move(members));
        if (now.deviation() < leastDeviation)
            now = CmaDistribution(sobolPoint(dimensions, end, m_seed), firstDeviation, 2 * now.generation());
    }
    return now;
}

} // namespace widthwise
