// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/warm_start.h"

#include "core/search/gaussian_process.h"
#include "core/search/list_search.h"
#include "core/space/exact_math.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

namespace widthwise {

namespace {

constexpr std::size_t firstCandidates = 3;
constexpr std::size_t enoughOwn = 50;     ///< known trials with which an experiment stands on its own
constexpr std::size_t enoughForOrder = 5; ///< trials whose order tells whether the earlier ones agree
constexpr std::size_t enoughForSpread = 3;
constexpr double near = 0.1; ///< per dimension, of its range
constexpr std::size_t neighbours = 5;

/// The quantile of a normal distribution, nearly: a logistic one is within 0.1 of it.
double normalScore(double rank)
{
    const double share = 0.01 + 0.98 * rank;
    return exactLog(share / (1 - share)) / 1.702;
}

double mean(const std::vector<double>& values)
{
    double sum = 0;
    for (const double value : values)
        sum += value;
    return sum / static_cast<double>(values.size());
}

/// Their mean product, where both are taken from their means.
double covariance(const std::vector<double>& a, const std::vector<double>& b)
{
    const double meanA = mean(a), meanB = mean(b);
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        sum += (a[i] - meanA) * (b[i] - meanB);
    return sum / static_cast<double>(a.size());
}

} // namespace

WarmStartedSearch::WarmStartedSearch(const SearchSpace& space, Direction direction,
                                     const std::vector<EarlierTrial>& earlier, std::size_t chosen,
                                     std::unique_ptr<SearchAlgorithm> next)
    : m_space(space), m_sign(direction == Direction::Minimize ? 1 : -1), m_chosen(chosen),
      m_next(std::move(next))
{
    for (const EarlierTrial& trial : earlier) {
        try {
            Lesson lesson{completed(space, trial.configuration), {}, {}};
            lesson.point = m_space.encode(lesson.configuration);
            if (trial.rank)
                lesson.score = normalScore(*trial.rank);
            m_lessons.push_back(std::move(lesson));
        } catch (const std::invalid_argument&) { // of the space as it was before
        }
    }
    std::vector<const Lesson*> best;
    for (const Lesson& lesson : m_lessons)
        if (lesson.score)
            best.push_back(&lesson);
    std::ranges::stable_sort(best, {}, [](const Lesson* lesson) { return *lesson->score; });
    std::vector<const Lesson*> taken;
    for (const Lesson* lesson : best)
        if (taken.size() < firstCandidates && std::ranges::none_of(taken, [&](const Lesson* other) {
                return distance(lesson->point, other->point) < near;
            })) {
            taken.push_back(lesson);
            m_candidates.push_back(lesson->configuration);
        }
}

Proposal WarmStartedSearch::propose(const History& history)
{
    if (const Configuration* first = candidate(history))
        return *first;
    History seen;
    seen.setPrior(priorOf(knownOf(history)));
    for (const PastTrial& trial : history) // what they reported at steps is for schedulers
        seen.push_back({.configuration = trial.configuration,
                        .state = trial.state,
                        .value = trial.value,
                        .parent = trial.parent});
    return m_next->propose(seen);
}

/// The next one that no trial has; null where enough were tried.
const Configuration* WarmStartedSearch::candidate(const History& history) const
{
    if (history.proposals() >= m_chosen + m_candidates.size())
        return nullptr;
    for (const Configuration& first : m_candidates)
        if (std::ranges::find(history, first, &PastTrial::configuration) == history.end())
            return &first;
    return nullptr;
}

std::vector<WarmStartedSearch::Known> WarmStartedSearch::knownOf(const History& history) const
{
    std::vector<Known> known;
    for (const PastTrial& trial : history) {
        const bool ended = trial.state == PastTrial::State::Ended;
        if (ended || trial.state == PastTrial::State::Failed)
            known.push_back({m_space.encode(trial.configuration),
                             ended ? std::optional(m_sign * *trial.value) : std::nullopt});
    }
    return known;
}

std::vector<PastTrial> WarmStartedSearch::priorOf(const std::vector<Known>& known) const
{
    const std::optional<Scale> agreed = known.size() < enoughOwn ? scaleOf(known) : std::nullopt;
    const Scale scale = agreed.value_or(Scale());
    std::vector<PastTrial> prior;
    for (const Lesson& lesson : m_lessons) {
        PastTrial trial{.configuration = lesson.configuration, .state = PastTrial::State::Failed};
        if (lesson.score) {
            trial.state = PastTrial::State::Ended;
            trial.value = m_sign * (scale.middle + scale.slope * (*lesson.score - scale.middleScore));
        }
        if (!agreed || std::ranges::any_of(
                           known, [&](const Known& own) { return distance(own.point, lesson.point) < near; }))
            trial.state = PastTrial::State::Void;
        prior.push_back(std::move(trial));
    }
    return prior;
}

/// Empty where the earlier order contradicts the values of this experiment.
std::optional<WarmStartedSearch::Scale> WarmStartedSearch::scaleOf(const std::vector<Known>& known) const
{
    std::vector<double> values, scores;
    for (const Known& own : known)
        if (own.value) {
            values.push_back(*own.value);
            scores.push_back(expectedScore(own.point));
        }
    if (values.empty())
        return Scale{};
    Scale scale{mean(values), mean(scores), 1};
    const double spread = std::sqrt(covariance(values, values)),
                 spreadOfScores = std::sqrt(covariance(scores, scores));
    if (values.size() >= enoughForOrder && covariance(values, scores) < 0)
        return std::nullopt;
    if (values.size() >= enoughForSpread && spread > 0 && spreadOfScores > 0)
        scale.slope = spread / std::max(spreadOfScores, 0.1);
    return scale;
}

/// As of the earlier trials that lie nearest, the nearer the more.
double WarmStartedSearch::expectedScore(const std::vector<double>& point) const
{
    std::vector<std::pair<double, double>> nearest; // distance and score
    for (const Lesson& lesson : m_lessons)
        if (lesson.score)
            nearest.emplace_back(distance(point, lesson.point), *lesson.score);
    const std::size_t most = std::min(neighbours, nearest.size());
    std::ranges::partial_sort(nearest, nearest.begin() + std::ptrdiff_t(most));
    double sum = 0, weights = 0;
    for (std::size_t i = 0; i < most; ++i) {
        const double weight = 1 / (nearest[i].first * nearest[i].first + 1e-6);
        weights += weight;
        sum += weight * nearest[i].second;
    }
    return weights > 0 ? sum / weights : 0;
}

/// The mean over the dimensions, of ranges as 1.
double WarmStartedSearch::distance(const std::vector<double>& a, const std::vector<double>& b) const
{
    double square = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        square += squaredDistance(a[i], b[i], m_space.dimensions()[i].choices > 0);
    return std::sqrt(square / static_cast<double>(std::max<std::size_t>(1, a.size())));
}

} // namespace widthwise
