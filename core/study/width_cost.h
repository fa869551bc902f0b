// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/experiment.h"

#include <optional>

namespace widthwise {

/// What a model of the bundled trainer costs at the width of its settings.
struct WidthCost {
    double parameters =
        0; ///< as `widthwise-trainer explain` counts them; of four classes where none are named
    double operations =
        0; ///< floating-point operations of a training step per usual sample, forward and backward
};

/// As the model's family says. Empty for a command, whose model is unknown.
std::optional<WidthCost> widthCost(const Experiment& experiment, const Configuration& configuration);

/// How many times as long a step may take with the settings of `wide` as with those of `narrow`. For the
/// bundled trainer the ratio of their operations, for a command the square of the ratio of the widths. Narrow
/// matrices are the slower ones per operation, and reading data costs the same at every width: it is less in
/// most cases. Empty where the widths are not known.
std::optional<double> stepTimeRatio(const Experiment& narrow, const Configuration& narrowConfiguration,
                                    const Experiment& wide, const Configuration& wideConfiguration);

} // namespace widthwise
