// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/tree_parzen_search.h"

#include "core/search/parzen_density.h"
#include "core/search/quick_math.h"
#include "core/space/exact_math.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

namespace widthwise {

namespace {

constexpr std::size_t startTrials = 10;
constexpr std::size_t candidates = 24;
constexpr std::size_t mostGood = 25;
constexpr std::size_t mostKernels = 1000; ///< of a density
constexpr std::size_t enoughFailures = 3;
constexpr std::uint64_t stream = 0x7e5; ///< of its random numbers

bool isKnown(const PastTrial& trial)
{
    return trial.state == PastTrial::State::Ended || trial.state == PastTrial::State::Failed;
}

bool exists(const UnitSpace& space, std::size_t group, const std::vector<double>& point)
{
    const auto first = std::ranges::find(space.dimensions(), group, &UnitSpace::Dimension::group);
    return !std::isnan(point[static_cast<std::size_t>(first - space.dimensions().begin())]);
}

std::vector<std::size_t> dimensionsOf(const UnitSpace& space, std::size_t group)
{
    std::vector<std::size_t> dimensions;
    for (std::size_t i = 0; i < space.dimensions().size(); ++i)
        if (space.dimensions()[i].group == group)
            dimensions.push_back(i);
    return dimensions;
}

/// Some of many, evenly over their numbers, so that a proposal's cost has a bound.
void thin(std::vector<std::size_t>& trials)
{
    const std::size_t all = trials.size();
    if (all <= mostKernels)
        return;
    for (std::size_t i = 0; i < mostKernels; ++i)
        trials[i] = trials[i * all / mostKernels];
    trials.resize(mostKernels);
}

} // namespace

/// A density for each group, of some of the points.
class TreeParzenSearch::Densities {
public:
    Densities(const UnitSpace& space, const std::vector<std::vector<double>>& points,
              const std::vector<std::size_t>& chosen)
        : m_space(space)
    {
        for (std::size_t group = 0; group < space.groups(); ++group) {
            std::vector<std::span<const double>> known;
            for (const std::size_t index : chosen)
                if (exists(space, group, points[index]))
                    known.emplace_back(points[index]);
            m_groups.emplace_back(space, dimensionsOf(space, group), known);
        }
    }

    std::vector<double> sample(Draws& draws) const
    {
        std::vector<double> point(m_space.dimensions().size());
        for (const ParzenDensity& density : m_groups)
            density.sample(draws, point);
        return m_space.encode(m_space.decode(point)); // rounded to what exists
    }
    double logAt(const std::vector<double>& point) const
    {
        double sum = 0;
        for (std::size_t group = 0; group < m_groups.size(); ++group)
            if (exists(m_space, group, point))
                sum += m_groups[group].logDensity(point);
        return sum;
    }

private:
    const UnitSpace& m_space;
    std::vector<ParzenDensity> m_groups;
};

TreeParzenSearch::TreeParzenSearch(SearchSpace space, Direction direction, std::uint64_t seed)
    : m_space(space), m_start(std::move(space), seed), m_sign(direction == Direction::Minimize ? 1 : -1),
      m_seed(seed)
{
}

Proposal TreeParzenSearch::propose(const History& history)
{
    const auto known = static_cast<std::size_t>(std::ranges::count_if(history, isKnown));
    if (known + history.prior().size() < startTrials || m_space.dimensions().empty())
        return m_start.propose(history);
    return m_space.decode(best(split(history), history.size()));
}

TreeParzenSearch::Observations TreeParzenSearch::split(const History& history)
{
    m_encoded.of(history, m_space);
    Observations result;
    std::vector<std::pair<double, std::size_t>> ranking;
    for (std::size_t index = 0; index < history.lessons(); ++index) {
        const PastTrial& trial = history.lesson(index);
        if (trial.state == PastTrial::State::Void)
            continue;
        if (!isKnown(trial)) {
            result.bad.push_back(index);
            continue;
        }
        const bool failed = trial.state == PastTrial::State::Failed;
        (failed ? result.failed : result.sound).push_back(index);
        ranking.emplace_back(failed ? std::numeric_limits<double>::infinity() : m_sign * *trial.value, index);
    }
    std::ranges::sort(ranking);
    const std::size_t most = std::min(mostGood, (ranking.size() + 9) / 10);
    for (std::size_t i = 0; i < ranking.size(); ++i)
        (i < most ? result.good : result.bad).push_back(ranking[i].second);
    std::ranges::sort(result.good);
    std::ranges::sort(result.bad);
    result.failureOdds =
        static_cast<double>(result.failed.size()) / std::max(1.0, static_cast<double>(result.sound.size()));
    for (std::vector<std::size_t>* trials : {&result.bad, &result.failed, &result.sound})
        thin(*trials);
    return result;
}

std::vector<double> TreeParzenSearch::best(const Observations& observations, std::uint64_t trial) const
{
    const std::vector<std::vector<double>>& points = m_encoded.points();
    const Densities good(m_space, points, observations.good);
    const Densities bad(m_space, points, observations.bad);
    std::optional<Densities> failed, sound;
    if (observations.failed.size() >= enoughFailures) {
        failed.emplace(m_space, points, observations.failed);
        sound.emplace(m_space, points, observations.sound);
    }
    const double odds = observations.failureOdds;
    Draws draws(m_seed, stream + (trial << 16));
    std::vector<double> chosen;
    double highest = -std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < candidates; ++i) {
        std::vector<double> point = good.sample(draws);
        double gain = good.logAt(point) - bad.logAt(point);
        if (failed)
            gain -= exactLog(1 + odds * quickExp(failed->logAt(point) - sound->logAt(point)));
        if (chosen.empty() || gain > highest) {
            highest = gain;
            chosen = std::move(point);
        }
    }
    return chosen;
}

} // namespace widthwise
