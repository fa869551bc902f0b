// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/families/jets/kinematics.h"
#include "core/trainer/families/jets/simulation.h"

#include <vector>

namespace widthwise::trainer {

/// A charged particle where it was made.
struct Particle {
    Vector3 position; ///< mm from the primary vertex
    Vector3 momentum; ///< GeV
    int charge = 1;
    Origin origin = Origin::Primary;
    std::int32_t vertex = 0;
    TruthType type = TruthType::Pion;
};

struct JetTruth {
    Flavour flavour = Flavour::Light;
    Vector3 momentum; ///< GeV
    std::vector<Particle> particles;
};

/// Deviation of the measured primary vertex from the true one, in mm in each direction.
inline constexpr Vector3 vertexResolution{0.012, 0.012, 0.035};

/// What goes into the tracker: fragmentation, the decay chain of the flavour, V⁰ decays, conversions and
/// pile-up.
JetTruth generateJet(const FlavourFractions& fractions, RandomStream& random);

/// The track that the tracker makes of `particle`, whose position is relative to the measured primary vertex,
/// and whether it makes one that passes GN1's selection (pT > 0.5 GeV, |d0| < 3.5 mm, |z0 sin θ| < 5 mm, at
/// least 8 silicon hits). `jet` is the measured axis; `crowding` the number of particles in the jet, which
/// share hits.
bool reconstruct(const Particle& particle, Vector3 jet, std::size_t crowding, RandomStream& random,
                 SimulatedTrack& track);

/// A track made of hits that belong to no particle.
SimulatedTrack fakeTrack(Vector3 jet, RandomStream& random);

} // namespace widthwise::trainer
