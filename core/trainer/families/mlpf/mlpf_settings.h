// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace widthwise::trainer {

struct MlpfSettings {
    bool identityStart = false;
    double binaryLossWeight = 10;
    double ptLossWeight = 1;
    double directionLossWeight = 0.01;
    double energyLossWeight = 1;
};

} // namespace widthwise::trainer
