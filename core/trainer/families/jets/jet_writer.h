// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/families/jets/simulation.h"

#include <cstdint>
#include <string>

namespace widthwise::trainer {

struct SimulationRequest {
    std::string path;
    std::uint64_t jets = 0;
    std::uint64_t seed = 1;
    FlavourFractions fractions = defaultFlavourFractions;
};

/// Writes toy-simulation jets in salt's layout (see jet_layout.h), gzip-compressed in chunks of 100 jets,
/// with the attribute `flavour_label` on `jets` and `simulation`, `seed` on the file. The file appears under
/// its name only when it is whole. Throws InputError where it cannot be written.
void writeSimulation(const SimulationRequest& request);

} // namespace widthwise::trainer
