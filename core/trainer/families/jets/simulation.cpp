// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/families/jets/simulation.h"

#include "core/models/jet_layout.h"
#include "core/trainer/families/jets/particles.h"

#include <algorithm>
#include <cmath>

namespace widthwise::trainer {

SimulatedJet simulateJet(std::uint64_t seed, std::uint64_t index, const FlavourFractions& fractions)
{
    constexpr double fakesPerTrack = 0.01;
    constexpr double axisResolution = 0.015;
    constexpr double energyResolution = 0.12;

    RandomStream random(seed, streamOf("jet", index));
    JetTruth truth = generateJet(fractions, random);
    const Vector3 shift{vertexResolution.x * random.normal(), vertexResolution.y * random.normal(),
                        vertexResolution.z * random.normal()};
    const double pt = truth.momentum.transverse() * std::max(0.5, 1 + energyResolution * random.normal());
    const Vector3 axis = fromPtEtaPhi(pt, truth.momentum.eta() + axisResolution * random.normal(),
                                      truth.momentum.phi() + axisResolution * random.normal());

    SimulatedJet jet{truth.flavour, static_cast<float>(pt * 1e3), static_cast<float>(axis.eta()), {}};
    for (Particle& particle : truth.particles) {
        particle.position = particle.position + shift;
        SimulatedTrack track{};
        if (reconstruct(particle, axis, truth.particles.size(), random, track)) {
            jet.tracks.push_back(track);
        }
        if (random.chance(fakesPerTrack)) {
            jet.tracks.push_back(fakeTrack(axis, random));
        }
    }
    std::ranges::stable_sort(jet.tracks, std::greater{},
                             [](const SimulatedTrack& track) { return std::abs(track.d0Significance); });
    jet.tracks.resize(std::min(jet.tracks.size(), tracksPerJet));
    return jet;
}

} // namespace widthwise::trainer
