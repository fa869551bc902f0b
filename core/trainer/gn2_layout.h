// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/parametrization.h"

#include <cstdint>
#include <string>
#include <vector>

namespace widthwise::trainer {

/// The sizes of GN2 (salt/configs/GN2.yaml at f82f792). Only `width` grows; what is fixed here stays at every
/// width, and so do the heads behind the output projection.
struct Gn2Shape {
    std::int64_t inputs = 21;
    std::int64_t initialWidth = 256; ///< of the initial network's hidden layer
    std::int64_t width = 64;
    std::int64_t baseWidth = 64;
    std::int64_t layers = 4;
    std::int64_t outputWidth = 128; ///< of the output projection, which is μP's readout
    std::vector<std::int64_t> headWidths{128, 64, 32};
    std::int64_t classes = 3;
    bool zeroReadout = false;
    bool zeroQuery = false;
};

/// All tensors of the network in the order in which they lie in memory. Names end in `.weight` ([fan-out,
/// fan-in]) and
/// `.bias`, or `.gain` and `.bias` for a layer norm.
std::vector<ParameterSpec> gn2Parameters(const Gn2Shape& shape);

/// The number of values in all tensors.
std::int64_t parameterCount(const std::vector<ParameterSpec>& parameters);

} // namespace widthwise::trainer
