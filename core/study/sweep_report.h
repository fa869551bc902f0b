// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/analysis/learning_rate_sweep.h"
#include "core/experiment/experiment.h"
#include "core/store/experiments.h"
#include "core/study/open_trials.h"

#include <cstdint>
#include <string>
#include <vector>

namespace widthwise {

/// Where a sweep's losses come from: the objective's value of each trial, or the mean of a metric over the
/// last tenth of its points.
struct SweepMetric {
    std::string name; ///< of the metric
    bool smoothed = false;
    bool operator==(const SweepMetric&) const = default;

    /// "val/loss", "train/loss at the end".
    std::string title() const;
};

/// What the trials of an experiment say so far about the best learning rate at each width.
struct SweepReport {
    SweepMetric metric;
    bool maximized = false;               ///< the optimum is where the metric is greatest
    std::vector<SweepPoint> points;       ///< of the trials that ran to their end or diverged
    std::vector<SweepCurve> curves;       ///< SP first, widths rising; no optimum while trials are to come
    std::vector<Drift> drifts;            ///< SP first; of the curves that are complete
    std::vector<std::int64_t> baseWidths; ///< each once; learning rates refer to them
    std::vector<OpenTrials> toCome;       ///< trials that are still to end
    std::int64_t open = 0;                ///< their number
    std::vector<OpenTrials> neverRun;     ///< planned trials of an experiment that has ended without them
    int unusable = 0;                     ///< trials that failed, were stopped, or do not report the metric
    std::string lack; ///< what keeps the experiment from being a sweep, with the fix; empty where it is one

    bool isEmpty() const { return points.empty(); }
    std::vector<std::string> parametrizations() const;
    std::vector<std::int64_t> widths() const; ///< rising
    /// Trials of the curve that are still to end, and all of which that is not known.
    std::int64_t openOf(const SweepCurve& curve) const;
    /// The answer to "does the optimum move?": a line for each parametrization, and for each how many trials
    /// are missing. Of a width that waits for trials nothing is said.
    std::string drift() const;
    /// Whether wider is better, each width at its best learning rate: a line for each parametrization with
    /// two widths that wait for no trial.
    std::string gain() const;
    /// "13 planned trials were not run, 1 at width 64 and 12 at width 128"; empty where none are missing.
    std::string missing() const;
    /// What has to be known of a curve besides its optimum: what it waits for, why it has none, or how much
    /// of it diverged. Empty where there is nothing to say.
    std::string remarkOn(const SweepCurve& curve) const;
};

/// `metric`: the mean over the last tenth of its points; empty: the objective's value of each trial.
SweepReport sweepReport(Database& database, const ExperimentRecord& record, const std::string& metric = {});

/// The losses that trials report, by name.
std::vector<std::string> lossMetrics(Database& database, std::int64_t experiment);

} // namespace widthwise
