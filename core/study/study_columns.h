// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/experiment.h"

#include <cstdint>
#include <optional>
#include <string>

namespace widthwise {

/// What studies group trials by. A command's trial has the columns that are parameters of its configuration:
/// `width`, `base_width`, `parametrization`, `seed`, and `max_lr`, `learning_rate` or `lr`; a trial of the
/// bundled trainer has all of them, where nothing is said the trainer's own defaults.
struct StudyColumns {
    std::optional<std::int64_t> width;
    std::optional<std::int64_t> baseWidth;
    std::string parametrization;        ///< `sp`, `mup`, `mup-table-3`; empty where it is not said
    std::optional<double> learningRate; ///< at the base width
    std::optional<std::int64_t> seed;
    bool operator==(const StudyColumns&) const = default;
};

StudyColumns studyColumns(const Experiment& experiment, const Configuration& configuration);

} // namespace widthwise
