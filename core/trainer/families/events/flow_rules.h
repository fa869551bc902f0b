// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/families/events/toy_particles.h"

#include <span>

namespace widthwise::trainer {

/// Particle flow by rules, the baseline of every plot: what each element of an event says, without a model.
///
/// Each track is extrapolated to the calorimeter and linked to the nearest cluster. A track is a particle
/// with its momentum: an electron where the cluster is electromagnetic and its energy fits, a muon where
/// little energy lies deep, else a charged hadron. A cluster without a track is a photon or a neutral hadron
/// by its electromagnetic share; one with tracks is a neutral hadron of the energy that exceeds theirs
/// significantly.
std::vector<TargetRow> reconstructByRules(std::span<const ElementRow> elements, const ToyDetector& detector);

} // namespace widthwise::trainer
