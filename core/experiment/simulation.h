// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/experiment.h"
#include "core/experiment/trial.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace widthwise {

/// What trials of a simulated experiment do.
struct SimulatedTrials {
    /// The objective that a trial of a configuration reports at a step, by the seed of its noise; empty: it
    /// diverges there.
    using Objective = std::function<std::optional<double>(const Configuration& configuration,
                                                          std::int64_t step, std::uint64_t seed)>;

    Objective objective;
    std::int64_t length = 100;    ///< steps of a whole run
    std::int64_t reportEvery = 1; ///< steps
    std::function<Seconds(const Configuration& configuration)> stepTime = [](const Configuration&) {
        return Seconds(1);
    };
    /// The step after which the program of a trial of a configuration fails; empty: it does not.
    std::function<std::optional<std::int64_t>(const Configuration& configuration)> failsAfter =
        [](const Configuration&) { return std::nullopt; };
    Seconds startTime{0}; ///< from launch to first step, and from the last to a free place
    double lostRate = 0;  ///< the share of attempts whose machine is lost on the way
    std::uint64_t seed = 1;
};

/// How an experiment went in simulated time.
struct SimulationResult {
    /// The best value whenever it got better.
    struct Improvement {
        Seconds time{};
        double deviceHours = 0;
        int trials = 0; ///< begun until then
        double value = 0;
    };
    ExperimentState state = ExperimentState::Ready;
    std::string reason;
    std::vector<Trial> trials;
    std::vector<Improvement> improvements;
    Seconds duration{};
    double deviceHours = 0;
    double busy = 0; ///< the share of places that had a trial, until the last new one began
    std::int64_t launches = 0;
    std::int64_t events = 0; ///< that the driver handled
    std::string notice;      ///< of the scheduler, at the end
};

/// Drives the experiment with the driver that real ones have, in simulated time: nothing runs, and nothing is
/// written. `mostEvents`: ends it as it stands. Throws std::invalid_argument where it cannot be driven.
SimulationResult simulate(const Experiment& experiment, const SimulatedTrials& trials,
                          std::int64_t mostEvents = INT64_MAX);

} // namespace widthwise
