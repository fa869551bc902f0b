// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/families/events/event_layout.h"
#include "core/trainer/families/jets/kinematics.h"

#include <string_view>
#include <vector>

namespace widthwise::trainer {

/// What the toy particle flow is like. `Small` is for tutorials: few elements, weak field, coarse hadron
/// calorimeter, so that a model learns to link tracks and clusters within minutes.
enum class ToyPreset { Small, Full };

struct ToyDetector {
    double field = 4; ///< T
    int fewestJets = 2;
    int mostJets = 4;
    double lowestEnergy = 150; ///< of all jets together, GeV
    double highestEnergy = 350;
    double hadronStochastic = 0.45; ///< σ(E) = this·√E ⊕ hadronConstant·E of the calorimeter
    double hadronConstant = 0.05;
    double excessStochastic = 0.5; ///< the same as the rules assume it when they look for an excess
    double excessConstant = 0;
};
ToyDetector toyDetector(ToyPreset preset);

/// Throws InputError for other names than `small` and `full`.
ToyPreset toyPresetNamed(std::string_view name);
std::string_view nameOf(ToyPreset preset);

struct ToyParticle {
    ParticleClass species = ParticleClass::None;
    int charge = 0;
    Vector3 momentum; ///< GeV, from the origin
    double energy = 0;
};

/// The stable particles of an event: jets in random directions that are not balanced, so that missing
/// momentum is real; each made of π±, π⁰ → γγ, K⁰_L, e and μ with steeply falling shares of its energy.
std::vector<ToyParticle> generateToyParticles(const ToyDetector& detector, RandomStream& random);

/// Distributed as Gamma(`shape`, 1) (Marsaglia and Tsang, ACM Trans. Math. Softw. 26 (2000) 363).
double gammaDistributed(double shape, RandomStream& random);
double betaDistributed(double first, double second, RandomStream& random);

} // namespace widthwise::trainer
