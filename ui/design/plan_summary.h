// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/experiment.h"

#include <QCoreApplication>
#include <QString>

#include <optional>

namespace widthwise::ui {

/// What an experiment will try and what that will cost, as far as it can be known before it runs.
class PlanSummary {
    Q_DECLARE_TR_FUNCTIONS(PlanSummary)
public:
    /// `trialTime`: how long a trial took last time, where that is known.
    PlanSummary(const Experiment& experiment, std::optional<Seconds> trialTime);

    /// Different configurations: all points of a grid, or all combinations where no parameter is continuous.
    std::optional<double> combinations() const { return m_combinations; }
    /// How many trials will run at most; empty where only time limits it.
    std::optional<double> trials() const { return m_trials; }
    /// For all trials, at so many in parallel.
    std::optional<Seconds> wallTime() const { return m_wallTime; }

    /// `3 of 4 parameters vary · 45 grid points · 20 trials, 2 at a time · about 30 min`
    QString text() const;

private:
    QString combinationWords(double count, const QString& number) const;

    const Experiment& m_experiment;
    std::optional<Seconds> m_trialTime;
    std::optional<double> m_combinations;
    std::optional<double> m_trials;
    std::optional<Seconds> m_wallTime;
};

} // namespace widthwise::ui
