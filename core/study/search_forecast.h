// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/simulation.h"
#include "core/store/experiments.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace widthwise {

/// What is assumed of trials that have not run.
struct ForecastAssumptions {
    std::optional<std::int64_t> steps{}; ///< of a whole run; empty: as the experiment says, else 100
    Seconds stepTime{1};
    double lostRate = 0;    ///< the share of attempts whose machine is lost
    double divergeRate = 0; ///< the share of configurations that diverge
};

/// The steps of a whole run, as assumed or as the experiment says.
std::int64_t stepsOf(const ForecastAssumptions& assumptions, const Experiment& experiment);

/// What trials are to go like. Smaller values are better on the way to regret.
struct ForecastTrials {
    SimulatedTrials trials;
    std::optional<double> best{}; ///< there is; empty: that of many random configurations
};

/// Trials after a made-up objective; see SyntheticObjective.
ForecastTrials madeUpTrials(const Experiment& experiment, const ForecastAssumptions& assumptions,
                            std::uint64_t seed);
/// Trials that go as those of an experiment went; see recordedTrials, and what that throws. Steps, their time
/// and what diverges are as recorded.
ForecastTrials trialsLike(Database& database, const ExperimentRecord& recorded, const Experiment& experiment,
                          const ForecastAssumptions& assumptions);

/// What a search would come to.
struct Forecast {
    SimulationResult result;
    int whole = 0;  ///< trials that ran to their end
    int early = 0;  ///< that were stopped, or held back to the end
    int failed = 0; ///< or diverged
    std::optional<double> best = {};
    /// 0: the best there is; 1: the median of random configurations that run to their end.
    std::optional<double> regret = {};
};

/// Drives the experiment in simulated time with this seed; see simulate, and what that throws.
Forecast forecast(Experiment experiment, ForecastTrials trials, std::uint64_t seed, std::int64_t mostEvents);

/// Experiments of the store with the objective and parameters of one, and trials that tell how its own would
/// go: first its own record and that which it was made from, then the latest.
std::vector<ExperimentRecord> forerunners(Database& database, const ExperimentRecord& record,
                                          const Experiment& experiment);

} // namespace widthwise
