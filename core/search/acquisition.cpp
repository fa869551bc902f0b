// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/acquisition.h"

#include "core/search/quick_math.h"
#include "core/search/sobol_search.h"
#include "core/space/exact_math.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

namespace widthwise {

namespace {

using Points = std::vector<std::vector<double>>;

constexpr std::size_t mostFitted = 64;    ///< trials that the covariance is fitted to
constexpr std::size_t enoughFailures = 3; ///< to model them
constexpr std::size_t everywhere = 256;   ///< candidates over all of the space
constexpr std::size_t nearStart = 32;     ///< candidates near each start
constexpr std::size_t refined = 5;        ///< candidates that are moved on
constexpr std::size_t rounds = 10;        ///< of moving them
constexpr std::size_t movesPerRound = 8;  ///< of each
constexpr std::uint64_t stream = 0x6a0;   ///< of its random numbers

/// Some of many: the best and every so-manyth of the others.
std::vector<std::size_t> fittedTrials(const Evidence& evidence)
{
    std::vector<std::size_t> order(evidence.points.size());
    std::iota(order.begin(), order.end(), 0U);
    if (order.size() <= mostFitted)
        return order;
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return evidence.values[i]; });
    std::vector<std::size_t> result(order.begin(), order.begin() + mostFitted / 2);
    const std::size_t others = order.size() - mostFitted / 2;
    for (std::size_t i = 0; i < mostFitted / 2; ++i)
        result.push_back(order[mostFitted / 2 + i * others / (mostFitted / 2)]);
    return result;
}

Covariance fitted(const UnitSpace& space, const Evidence& evidence, const std::vector<double>& values)
{
    Points points;
    std::vector<double> some;
    for (const std::size_t i : fittedTrials(evidence)) {
        points.push_back(evidence.points[i]);
        some.push_back(values[i]);
    }
    return fittedCovariance(space, points, some);
}

std::vector<double> failureLabels(const Evidence& evidence)
{
    std::vector<double> labels;
    for (const double failed : evidence.failed)
        labels.push_back(failed != 0 ? 1 : -1);
    return labels;
}

/// Steps to other points of the space.
class Moves {
public:
    Moves(const UnitSpace& space, std::uint64_t seed, std::uint64_t trial)
        : m_space(space), m_draws(seed, stream + (trial << 16))
    {
    }

    /// A point near `from`: one coordinate changes, and each other one as likely as not.
    std::vector<double> from(const std::vector<double>& start, double length)
    {
        std::vector<double> point = start;
        const std::size_t one = m_draws.index(point.size());
        for (std::size_t i = 0; i < point.size(); ++i)
            if (i == one || m_draws.uniform() < 0.5)
                point[i] = moved(m_space.dimensions()[i], point[i], length);
        for (double& coordinate : point)
            if (std::isnan(coordinate))
                coordinate = m_draws.uniform();
        return rounded(point);
    }
    /// What is rounded is, and what does not exist is absent.
    std::vector<double> rounded(const std::vector<double>& point) const
    {
        return m_space.encode(m_space.decode(point));
    }

private:
    double moved(const UnitSpace::Dimension& dimension, double coordinate, double length)
    {
        if (dimension.choices > 0 || std::isnan(coordinate))
            return m_draws.uniform();
        return std::clamp(coordinate + std::max(length, dimension.grain) * m_draws.normal(), 0.0, 1.0);
    }

    const UnitSpace& m_space;
    Draws m_draws;
};

struct Candidate {
    double gain;
    std::vector<double> point;
    double length = 0.1;
};

} // namespace

Acquisition::Acquisition(const UnitSpace& space, const Evidence& evidence)
    : m_process(space, fitted(space, evidence, evidence.values), evidence.points, evidence.values),
      m_best(evidence.best)
{
    if (!evidence.open.empty())
        m_process.believe(evidence.open);
    if (evidence.failures >= enoughFailures) {
        const std::vector<double> labels = failureLabels(evidence);
        m_failing.emplace(space, fitted(space, evidence, labels), evidence.points, labels);
    }
}

std::vector<double> Acquisition::at(const Points& points) const
{
    std::vector<double> gains;
    for (const Prediction& prediction : m_process.predict(points))
        gains.push_back(logExpectedImprovement(prediction, m_best));
    if (m_failing) {
        const std::vector<Prediction> failing = m_failing->predict(points);
        for (std::size_t i = 0; i < points.size(); ++i) {
            const double spread = failing[i].deviation * failing[i].deviation + 0.05;
            gains[i] += logNormalTail(failing[i].mean / std::sqrt(spread));
        }
    }
    return gains;
}

std::vector<double> maximize(const Acquisition& acquisition, const UnitSpace& space, const Points& starts,
                             std::uint64_t seed, std::uint64_t trial)
{
    Moves moves(space, seed, trial);
    Points points;
    for (const std::vector<double>& point :
         sobolPoints(space.dimensions().size(), trial * everywhere, everywhere, seed + 1))
        points.push_back(moves.rounded(point));
    for (const std::vector<double>& start : starts)
        for (std::size_t i = 0; i < nearStart; ++i)
            points.push_back(moves.from(start, i % 2 == 0 ? 0.1 : 0.01));
    std::vector<double> gains = acquisition.at(points);
    std::vector<Candidate> pool;
    for (std::size_t i = 0; i < points.size(); ++i)
        pool.push_back({gains[i], std::move(points[i])});
    std::ranges::stable_sort(pool, std::greater(), &Candidate::gain);
    pool.resize(std::min(refined, pool.size()));
    for (std::size_t round = 0; round < rounds; ++round) {
        points.clear();
        for (const Candidate& candidate : pool)
            for (std::size_t i = 0; i < movesPerRound; ++i)
                points.push_back(moves.from(candidate.point, candidate.length));
        gains = acquisition.at(points);
        for (std::size_t c = 0; c < pool.size(); ++c) {
            const auto first = gains.begin() + std::ptrdiff_t(c * movesPerRound);
            const auto best = std::max_element(first, first + movesPerRound);
            const bool better = *best > pool[c].gain;
            if (better)
                pool[c] = {*best, points[std::size_t(best - gains.begin())], pool[c].length};
            pool[c].length *= better ? 1.3 : 0.5;
        }
    }
    return std::ranges::max_element(pool, {}, &Candidate::gain)->point;
}

} // namespace widthwise
