// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/families/events/toy_particles.h"

namespace widthwise::trainer {

/// What a file has of each target beside TargetRow, in the order of `furtherTargetColumns`.
using FurtherTargetRow = std::array<float, furtherTargetColumns.size()>;

struct ToyEvent {
    std::vector<ElementRow> elements; ///< tracks, then clusters
    std::vector<TargetRow> targets;
    std::vector<FurtherTargetRow> further;
    std::vector<ToyParticle> particles; ///< all, seen or not
    double met = 0;                     ///< |Σ pT| of all particles, GeV
};

/// Event number `index` of the toy particle flow with this seed, whatever else was simulated before.
///
/// Toy simulation: no matter, no showers, no detector but a cylinder; resolutions, efficiencies and shares
/// are round numbers of our own, of the size of CLIC's. Each particle lives on one element: its track, else
/// the free cluster to which it gave most; one that finds none is added to the particle that lives there.
ToyEvent simulateToyEvent(ToyPreset preset, std::uint64_t seed, std::uint64_t index);

} // namespace widthwise::trainer
