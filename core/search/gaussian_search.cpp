// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/gaussian_search.h"

#include "core/search/draws.h"
#include "core/search/gaussian_process.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace widthwise {

namespace {

constexpr std::size_t candidates = 500;
constexpr std::size_t refined = 6;
constexpr int refinements = 60;
constexpr std::size_t enoughFailures = 3;
constexpr std::uint64_t stream = 0x6a0; ///< of its random numbers

/// What is known, as points with values of mean 0 and variance 1, smaller is better.
struct Evidence {
    std::vector<std::vector<double>> points;
    std::vector<double> values;
    std::vector<double> failed; ///< 1 where the trial failed, else 0
    std::vector<std::vector<double>> open;
    std::size_t failures = 0;
    double best = 0;
};

double quantile(std::vector<double> values, double share)
{
    std::ranges::sort(values);
    return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
}

/// Values far above the median say no more than that they are bad: they are cut there.
void standardize(Evidence& evidence)
{
    std::vector<double> ended;
    for (std::size_t i = 0; i < evidence.values.size(); ++i)
        if (evidence.failed[i] == 0)
            ended.push_back(evidence.values[i]);
    const double middle = quantile(ended, 0.5), low = quantile(ended, 0);
    const double cut = std::max(quantile(ended, 0.75), middle + 2 * (middle - low));
    double worst = middle;
    for (double& value : ended) {
        value = std::min(value, cut);
        worst = std::max(worst, value);
    }
    for (std::size_t i = 0; i < evidence.values.size(); ++i)
        evidence.values[i] = evidence.failed[i] != 0 ? worst : std::min(evidence.values[i], cut);
    double mean = 0, square = 0;
    for (const double value : evidence.values)
        mean += value / static_cast<double>(evidence.values.size());
    for (const double value : evidence.values)
        square += (value - mean) * (value - mean) / static_cast<double>(evidence.values.size());
    const double deviation = square > 0 ? std::sqrt(square) : 1;
    for (double& value : evidence.values)
        value = (value - mean) / deviation;
    evidence.best = (low - mean) / deviation;
}

Evidence evidenceOf(const History& history, const UnitSpace& space, double sign)
{
    Evidence evidence;
    for (const PastTrial& trial : history) {
        if (trial.state == PastTrial::State::Void)
            continue;
        std::vector<double> point = space.encode(trial.configuration);
        if (trial.isOpen()) {
            evidence.open.push_back(std::move(point));
            continue;
        }
        const bool failed = trial.state == PastTrial::State::Failed;
        evidence.failures += failed;
        evidence.points.push_back(std::move(point));
        evidence.values.push_back(failed ? 0 : sign * *trial.value);
        evidence.failed.push_back(failed);
    }
    if (evidence.failures < evidence.points.size())
        standardize(evidence);
    return evidence;
}

} // namespace

class GaussianSearch::Acquisition {
public:
    Acquisition(const UnitSpace& space, const Evidence& evidence)
        : m_process(space, evidence.points, evidence.values), m_best(evidence.best)
    {
        for (const std::vector<double>& point : evidence.open)
            m_process.believe(point);
        if (evidence.failures >= enoughFailures) {
            std::vector<double> labels;
            for (const double failed : evidence.failed)
                labels.push_back(failed != 0 ? 1 : -1);
            m_failing.emplace(space, evidence.points, labels);
        }
    }

    double at(std::span<const double> point) const
    {
        double result = logExpectedImprovement(m_process.predict(point), m_best);
        if (m_failing) {
            const Prediction failing = m_failing->predict(point);
            const double z = failing.mean / std::sqrt(failing.deviation * failing.deviation + 0.05);
            result += std::log(std::max(std::erfc(z / std::numbers::sqrt2) / 2, 1e-12));
        }
        return result;
    }

private:
    GaussianProcess m_process;
    std::optional<GaussianProcess> m_failing;
    double m_best;
};

GaussianSearch::GaussianSearch(SearchSpace space, Direction direction, std::uint64_t seed)
    : m_space(space), m_start(std::move(space), seed), m_sign(direction == Direction::Minimize ? 1 : -1),
      m_seed(seed)
{
}

Proposal GaussianSearch::propose(const History& history)
{
    const std::size_t dimensions = m_space.dimensions().size();
    const std::size_t startTrials = std::max<std::size_t>(6, std::min<std::size_t>(2 * dimensions, 12));
    const Evidence evidence = evidenceOf(history, m_space, m_sign);
    if (evidence.points.size() < startTrials || evidence.failures == evidence.points.size() ||
        dimensions == 0)
        return m_start.propose(history);
    std::vector<std::size_t> order(evidence.points.size());
    for (std::size_t i = 0; i < order.size(); ++i)
        order[i] = i;
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return evidence.values[i]; });
    std::vector<std::vector<double>> starts;
    for (std::size_t i = 0; i < std::min<std::size_t>(4, order.size()); ++i)
        starts.push_back(evidence.points[order[i]]);
    return m_space.decode(maximize(Acquisition(m_space, evidence), starts, history.size()));
}

/// A point of the space: what is rounded is, and what does not exist is absent.
std::vector<double> GaussianSearch::rounded(std::span<const double> point) const
{
    return m_space.encode(m_space.decode(point));
}

/// The best of points all over the space and near the best trials, each then moved by ever shorter steps.
std::vector<double> GaussianSearch::maximize(const Acquisition& acquisition,
                                             const std::vector<std::vector<double>>& starts,
                                             std::uint64_t trial) const
{
    const std::size_t dimensions = m_space.dimensions().size();
    Draws draws(m_seed, stream + (trial << 16));
    struct Candidate {
        double gain;
        std::vector<double> point;
    };
    const auto moved = [&](std::span<const double> from, double length) {
        std::vector<double> point(from.begin(), from.end());
        const std::size_t one = draws.index(dimensions);
        for (std::size_t i = 0; i < dimensions; ++i) {
            if (i != one && draws.uniform() < 0.5)
                continue;
            const UnitSpace::Dimension& dimension = m_space.dimensions()[i];
            const double now = std::isnan(point[i]) ? draws.uniform() : point[i];
            point[i] = dimension.choices > 0
                           ? draws.uniform()
                           : std::clamp(now + std::max(length, dimension.grain) * draws.normal(), 0.0, 1.0);
        }
        for (double& coordinate : point)
            if (std::isnan(coordinate))
                coordinate = draws.uniform();
        return rounded(point);
    };
    std::vector<Candidate> pool;
    const auto add = [&](std::vector<double> point) {
        const double gain = acquisition.at(point);
        pool.push_back({gain, std::move(point)});
    };
    for (const std::vector<double>& point :
         sobolPoints(dimensions, trial * candidates, candidates, m_seed + 1))
        add(rounded(point));
    for (const std::vector<double>& start : starts)
        for (int i = 0; i < 25; ++i)
            add(moved(start, i % 2 == 0 ? 0.1 : 0.01));
    std::ranges::stable_sort(pool, std::greater(), &Candidate::gain);
    pool.resize(std::min(refined, pool.size()));
    for (Candidate& candidate : pool) {
        double length = 0.1;
        for (int i = 0; i < refinements; ++i) {
            std::vector<double> next = moved(candidate.point, length);
            const double gain = acquisition.at(next);
            length *= gain > candidate.gain ? 1.5 : 0.87;
            if (gain > candidate.gain)
                candidate = {gain, std::move(next)};
        }
    }
    return std::ranges::max_element(pool, {}, &Candidate::gain)->point;
}

} // namespace widthwise
