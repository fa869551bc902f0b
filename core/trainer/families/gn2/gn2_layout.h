// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/models/parameter_layout.h"
#include "core/models/settings.h"

#include <cstdint>
#include <string>
#include <vector>

namespace widthwise::trainer {

/// The sizes of GN2 (salt/configs/GN2.yaml at f82f792, December 2023). With `registerToken` and
/// `normAfterReadout` they are those of salt/configs/GN2/GN2.yaml at 68bd045, June 2026. Only `width` grows;
/// what is fixed here stays at every width, and so do the heads behind the output projection.
struct Gn2Shape {
    std::int64_t inputs = 21;
    std::int64_t initialWidth = 256; ///< of the initial network's hidden layer
    std::int64_t width = 64;
    std::int64_t baseWidth = 64;
    std::int64_t layers = 4;
    std::int64_t outputWidth = 128; ///< of the output projection, which is μP's readout
    std::vector<std::int64_t> headWidths{128, 64, 32};
    std::int64_t classes = 3;
    std::int64_t origins = 0; ///< classes of track origin; 0: no such task
    bool vertexing = false;
    bool zeroReadout = false;
    bool zeroQuery = false;
    bool registerToken = false;    ///< see JetsWithRegisters
    bool normAfterReadout = false; ///< the last layer norm follows the output projection, else it precedes it
};
std::vector<ParameterSpec> gn2Parameters(const Gn2Shape& shape);

Gn2Shape gn2Shape(const Settings& settings, std::int64_t classes);
/// What the query·key of an encoder layer is called.
std::string gn2LogitsOf(std::int64_t layer);

} // namespace widthwise::trainer
