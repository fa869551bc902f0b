// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/families/events/event_layout.h"
#include "core/trainer/families/jets/kinematics.h"

#include <span>
#include <vector>

namespace widthwise::trainer {

struct Momentum {
    Vector3 momentum; ///< GeV
    double energy = 0;
};

/// Of a target or a candidate; nothing for an element without a particle.
Momentum momentumOf(const TargetRow& row);

/// Jets of the generalized e⁺e⁻ kT algorithm with p = −1 and E-scheme (FastJet's `ee_genkt`), hardest pT
/// first: d_ij = min(Eᵢ⁻², Eⱼ⁻²)·(1 − cos θ)/(1 − cos R), d_iB = Eᵢ⁻². By angles, not by ΔR. What has neither
/// energy nor momentum is left out.
std::vector<Momentum> clusterJets(std::span<const Momentum> particles, double radius, double lowestPt);

/// What particle-flow jets at CLIC are: R = 0.4, pT > 5 GeV.
inline constexpr double jetRadius = 0.4;
inline constexpr double lowestJetPt = 5;

} // namespace widthwise::trainer
