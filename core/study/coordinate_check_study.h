// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/analysis/coordinate_check.h"
#include "core/experiment/experiment.h"
#include "core/experiment/trial.h"
#include "core/store/database.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace widthwise {

/// What a coordinate check runs: every width with every parametrization and seed.
struct CheckPlan {
    std::vector<std::int64_t> widths{32, 64, 128, 256, 512};
    std::vector<std::int64_t> seeds{1, 2, 3, 4, 5};
    int steps = 10;
    std::vector<std::string> parametrizations{"sp", "mup"};
    std::optional<double> learningRate; ///< at the base width; empty: the configuration's
    /// The readout starts at zero: its initial values, which shrink as 1/√width under μP, would hide for long
    /// how what is learnt goes with the width. Otherwise as the configuration has it.
    bool zeroReadout = true;
    bool operator==(const CheckPlan&) const = default;
};

/// The default plan for `base`'s model: of the widths those that its heads divide, and the form of μP that it
/// uses.
CheckPlan checkPlan(const Experiment& base, const Configuration& configuration);

/// The configuration to check, train wide or compare: the best trial's, or the middle of the space where no
/// trial has a usable value.
Configuration defaultConfiguration(const Experiment& base, std::span<const Trial> trials);

/// The experiment `<base>-check` that checks `base`'s model: a grid over seed, width and parametrization of
/// trials of `steps` steps on one fixed batch, with base's optimizer and schedule, the schedule compressed to
/// `steps`. All that base searches is fixed at `configuration`. Throws std::invalid_argument saying what
/// cannot be checked and the fix: a command in place of the bundled trainer, widths that the heads do not
/// divide, a plan that no slope follows from.
Experiment coordinateCheckOf(const Experiment& base, const Configuration& configuration,
                             const CheckPlan& plan);

/// Whether `experiment` is a coordinate check as coordinateCheckOf makes it.
bool isCoordinateCheck(const Experiment& experiment);

/// The metrics `coordinate/<layer>/l1` and `train/loss` of all trials that say their width and
/// parametrization; layers in the order of their names, numbers by value. A trial that diverged has a NaN in
/// every layer at the step where it did.
CheckRecords coordinateRecords(Database& database, std::int64_t experiment);

} // namespace widthwise
