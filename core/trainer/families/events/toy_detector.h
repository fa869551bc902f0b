// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/families/events/toy_particles.h"

#include <optional>

namespace widthwise::trainer {

/// The calorimeter is a cylinder; the solenoid's field fills it.
inline constexpr double calorimeterRadius = 1500; ///< mm
inline constexpr double calorimeterLength = 2300; ///< mm, from the middle to either end

/// Where a particle from the origin hits the calorimeter's surface, on its helix; empty for one that curls up
/// before. `charge` in units of e, `field` in T.
std::optional<Vector3> calorimeterHit(double pt, double eta, double phi, int charge, double field);

/// What a particle left in the calorimeter at one place.
struct Deposit {
    std::size_t particle; ///< in the list of particles
    Vector3 position;     ///< mm
    bool electromagnetic;
    double ecal, hcal, other; ///< GeV
    double energy() const { return ecal + hcal + other; }
};

struct ToyTrack {
    std::size_t particle;
    ElementRow row;
};

struct ToyCluster {
    ElementRow row{};
    std::vector<std::pair<std::size_t, double>> shares; ///< particle and the energy that it left here
    double from(std::size_t particle) const;
};

std::vector<ToyTrack> reconstructTracks(const std::vector<ToyParticle>& particles,
                                        const ToyDetector& detector, RandomStream& random);
std::vector<Deposit> depositEnergy(const std::vector<ToyParticle>& particles, const ToyDetector& detector,
                                   RandomStream& random);
/// The hardest deposits first, each into the first cluster that is near enough, else into one of its own.
std::vector<ToyCluster> reconstructClusters(std::vector<Deposit> deposits, RandomStream& random);

} // namespace widthwise::trainer
