// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/families/events/flow_rules.h"

#include "core/trainer/families/events/toy_detector.h"

#include <cmath>

namespace widthwise::trainer {

namespace {

/// The tracks that point at a cluster.
struct Linked {
    std::size_t tracks = 0;
    double momentum = 0;
    bool muon = false;
};

/// The index of the cluster at which the track points, or the number of elements.
std::size_t nearestCluster(const ElementRow& track, std::span<const ElementRow> elements, double field)
{
    constexpr double reach = 0.06;
    const int charge = track[track::Omega] > 0 ? 1 : -1;
    const double phi = std::atan2(track[element::SinPhi], track[element::CosPhi]);
    const auto hit = calorimeterHit(track[element::Pt], track[element::Eta], phi, charge, field);
    std::size_t nearest = elements.size();
    double least = reach;
    for (std::size_t i = 0; hit && i < elements.size(); ++i) {
        const ElementRow& row = elements[i];
        if (isTrack(row)) {
            continue;
        }
        const double toCluster =
            std::hypot(row[element::Eta] - hit->eta(),
                       deltaPhi(std::atan2(row[element::SinPhi], row[element::CosPhi]), hit->phi()));
        if (toCluster < least) {
            least = toCluster;
            nearest = i;
        }
    }
    return nearest;
}

ParticleClass trackClass(const ElementRow& track, const ElementRow* cluster)
{
    if (cluster == nullptr) {
        return ParticleClass::ChargedHadron;
    }
    const double p = track[element::Energy];
    const double energy = (*cluster)[element::Energy];
    const double ratio = energy / p;
    if ((*cluster)[cluster::Ecal] > 0.95F * energy && ratio > 0.7 && ratio < 1.3) {
        return ParticleClass::Electron;
    }
    return p > 4 && energy < 4 && (*cluster)[cluster::Other] > 0.05F ? ParticleClass::Muon
                                                                     : ParticleClass::ChargedHadron;
}

/// A particle in the direction of its element.
TargetRow particleOf(const ElementRow& row, ParticleClass species, double charge, double energy)
{
    return {static_cast<float>(species),
            static_cast<float>(charge),
            static_cast<float>(energy / std::cosh(row[element::Eta])),
            row[element::Eta],
            row[element::SinPhi],
            row[element::CosPhi],
            static_cast<float>(energy)};
}

TargetRow clusterParticle(const ElementRow& row, const Linked& linked, const ToyDetector& detector)
{
    const double energy = row[element::Energy];
    if (linked.tracks == 0) {
        const bool isPhoton = row[cluster::Ecal] > 0.9F * row[element::Energy];
        return particleOf(row, isPhoton ? ParticleClass::Photon : ParticleClass::NeutralHadron, 0, energy);
    }
    const double sigma = std::hypot(detector.excessStochastic * std::sqrt(linked.momentum),
                                    detector.excessConstant * linked.momentum);
    const double excess = energy - linked.momentum;
    if (linked.muon || excess <= 1.5 * sigma + 0.2) {
        return {};
    }
    return particleOf(row, ParticleClass::NeutralHadron, 0, excess);
}

} // namespace

std::vector<TargetRow> reconstructByRules(std::span<const ElementRow> elements, const ToyDetector& detector)
{
    std::vector<TargetRow> particles(elements.size());
    std::vector<Linked> linked(elements.size());
    for (std::size_t i = 0; i < elements.size(); ++i) {
        const ElementRow& row = elements[i];
        if (!isTrack(row)) {
            continue;
        }
        const std::size_t at = nearestCluster(row, elements, detector.field);
        const ParticleClass species = trackClass(row, at < elements.size() ? &elements[at] : nullptr);
        particles[i] = particleOf(row, species, row[track::Omega] > 0 ? 1 : -1, row[element::Energy]);
        if (at < elements.size()) {
            ++linked[at].tracks;
            linked[at].momentum += row[element::Energy];
            linked[at].muon = linked[at].muon || species == ParticleClass::Muon;
        }
    }
    for (std::size_t i = 0; i < elements.size(); ++i) {
        if (!isTrack(elements[i])) {
            particles[i] = clusterParticle(elements[i], linked[i], detector);
        }
    }
    return particles;
}

} // namespace widthwise::trainer
