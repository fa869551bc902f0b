// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/design/plan_summary.h"

#include "core/search/algorithms.h"
#include "core/search/grid_search.h"
#include "ui/design/grid_count.h"
#include "ui/models/texts.h"

#include <QLocale>
#include <QStringList>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace widthwise::ui {

namespace {

constexpr double mostToWrite = 1e9;

bool isContinuous(const Domain& domain)
{
    const auto* range = std::get_if<FloatRange>(&domain);
    return range != nullptr && !range->step;
}

/// A grid takes `points` of a continuous range; otherwise every value counts.
std::optional<double> combinationsOf(const Experiment& experiment)
{
    const SearchSpace& space = experiment.space;
    const auto& parameters = space.parameters();
    const std::optional<int> grid = gridPoints(experiment.search);
    const int points = grid.value_or(std::numeric_limits<int>::max());
    const bool countable = grid || std::none_of(parameters.begin(), parameters.end(),
                                                [](const auto& p) { return isContinuous(p.domain); });
    if (parameters.empty() || !countable || !space.problems().empty())
        return std::nullopt;
    if (isSmallGrid(space, points))
        return static_cast<double>(gridSize(space, points));
    return std::accumulate(
        parameters.begin(), parameters.end(), 1.0,
        [points](double product, const Parameter& p) { return product * gridCount(p.domain, points); });
}

} // namespace

PlanSummary::PlanSummary(const Experiment& experiment, std::optional<Seconds> trialTime)
    : m_experiment(experiment), m_trialTime(trialTime), m_combinations(combinationsOf(experiment))
{
    if (experiment.budget.trials)
        m_trials = *experiment.budget.trials;
    if (isListed(experiment.search)) {
        const auto listed = static_cast<double>(experiment.search.configurations.size());
        m_trials = std::min(m_trials.value_or(listed), listed);
    }
    if (m_combinations && gridPoints(experiment.search))
        m_trials = std::min(m_trials.value_or(*m_combinations), *m_combinations);
    if (m_trials && trialTime) {
        m_wallTime = *trialTime * std::ceil(*m_trials / std::max(1, experiment.resources.parallel));
    }
}

QString PlanSummary::combinationWords(double count, const QString& number) const
{
    if (gridPoints(m_experiment.search))
        return count == 1 ? tr("1 grid point") : tr("%1 grid points").arg(number);
    return count == 1 ? tr("1 combination") : tr("%1 combinations").arg(number);
}

QString PlanSummary::text() const
{
    const QLocale locale;
    const auto number = [&](double count) {
        return count < mostToWrite ? locale.toString(count, 'f', 0) : numberText(count, 2);
    };
    QStringList parts;
    parts.append(tr("%1 of %2 parameters vary")
                     .arg(m_experiment.space.varied().size())
                     .arg(m_experiment.space.parameters().size()));
    if (m_combinations)
        parts.append(combinationWords(*m_combinations, number(*m_combinations)));
    const int parallel = m_experiment.resources.parallel;
    if (m_trials)
        parts.append(*m_trials == 1 ? tr("1 trial, %1 at a time").arg(parallel)
                                    : tr("%1 trials, %2 at a time").arg(number(*m_trials)).arg(parallel));
    else
        parts.append(tr("trials until the budget is spent, %1 at a time").arg(parallel));
    if (m_wallTime)
        parts.append(tr("about %1 (%2 a trial last time)")
                         .arg(shortDuration(*m_wallTime), shortDuration(*m_trialTime)));
    else if (m_trials)
        parts.append(tr("time unknown until a trial has run"));
    return parts.join(QStringLiteral(" · "));
}

} // namespace widthwise::ui
