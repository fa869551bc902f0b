// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/analysis/coordinate_check.h"

#include <cstdint>
#include <vector>

namespace widthwise::bench {

/// What is left out of μP.
enum class Ablation { Nothing, Initialization, Multipliers, LearningRates, Attention, Everything };

/// A coordinate check of four hidden layers, query·key and a readout that a generator makes up. Sizes and
/// scatter are those of real checks of small mlp and gn2 models (see simulated_check.cpp).
struct SimulatedCheck {
    Ablation ablation = Ablation::Nothing;
    std::vector<std::int64_t> widths;
    int seeds = 5;
    bool zeroReadout = true;
    double rate = 1; ///< how far layers move: 1 as at the best rate, 0.03 as where nothing does
    std::uint64_t generatorSeed = 1;
};

CheckRecords recordsOf(const SimulatedCheck& check);

} // namespace widthwise::bench
