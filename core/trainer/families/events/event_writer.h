// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/families/events/toy_particles.h"

#include <cstdint>
#include <string>

namespace widthwise::trainer {

struct EventSimulation {
    std::string path;
    std::uint64_t events = 0;
    std::uint64_t seed = 1;
    ToyPreset preset = ToyPreset::Small;
};

/// Writes events of the toy particle flow as EventFile reads them, with the candidates of the rule-based
/// particle flow and the jets of all particles and of the targets. The file says that it is a toy, and
/// appears under its name only when it is whole. Throws InputError where it cannot be written.
void writeToyEvents(const EventSimulation& request);

} // namespace widthwise::trainer
