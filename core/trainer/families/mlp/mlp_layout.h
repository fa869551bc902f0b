// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/models/settings.h"
#include "core/trainer/engine/parameter_layout.h"

#include <cstdint>
#include <vector>

namespace widthwise::trainer {

/// A perceptron: `layers` hidden layers of `width`, then the readout.
struct MlpShape {
    std::int64_t inputs = 21;
    std::int64_t width = 64;
    std::int64_t baseWidth = 64;
    std::int64_t layers = 2;
    std::int64_t classes = 3;
    bool bias = true;
    bool zeroReadout = false;
};
std::vector<ParameterSpec> mlpParameters(const MlpShape& shape);

MlpShape mlpShape(const Settings& settings, std::int64_t classes);

} // namespace widthwise::trainer
