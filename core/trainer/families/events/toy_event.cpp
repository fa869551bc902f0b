// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/families/events/toy_event.h"

#include "core/trainer/families/events/toy_detector.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

namespace widthwise::trainer {

namespace {

/// A particle as a target: classes as an element of this type can tell them.
ParticleClass classOn(ParticleClass species, bool onTrack)
{
    const bool isPhotonLike = species == ParticleClass::Photon || species == ParticleClass::Electron;
    if (!onTrack) {
        return isPhotonLike ? ParticleClass::Photon : ParticleClass::NeutralHadron;
    }
    return species == ParticleClass::Electron || species == ParticleClass::Muon
               ? species
               : ParticleClass::ChargedHadron;
}

/// Which particle lives on which element.
class Assignment {
public:
    Assignment(const std::vector<ToyParticle>& particles, const std::vector<ToyTrack>& tracks,
               const std::vector<ToyCluster>& clusters)
        : m_particles(particles), m_tracks(tracks), m_clusters(clusters),
          m_momenta(tracks.size() + clusters.size()), m_residents(m_momenta.size())
    {
        std::vector<std::size_t> order(particles.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::ranges::stable_sort(order, std::greater{}, [&](std::size_t i) { return particles[i].energy; });
        for (const std::size_t particle : order) {
            place(particle);
        }
    }

    void fill(ToyEvent& event) const;

private:
    struct FourMomentum {
        Vector3 momentum;
        double energy = 0;
    };

    std::optional<std::size_t> trackOf(std::size_t particle) const
    {
        const auto found = std::ranges::find(m_tracks, particle, &ToyTrack::particle);
        return found == m_tracks.end() ? std::nullopt
                                       : std::optional(static_cast<std::size_t>(found - m_tracks.begin()));
    }
    std::optional<std::size_t> clusterOf(std::size_t particle, bool free) const;
    void place(std::size_t particle);
    void add(std::size_t element, std::size_t particle)
    {
        m_momenta[element].momentum = m_momenta[element].momentum + m_particles[particle].momentum;
        m_momenta[element].energy += m_particles[particle].energy;
    }
    FurtherTargetRow further(std::size_t element) const;

    const std::vector<ToyParticle>& m_particles;
    const std::vector<ToyTrack>& m_tracks;
    const std::vector<ToyCluster>& m_clusters;
    std::vector<FourMomentum> m_momenta;
    std::vector<std::optional<std::size_t>> m_residents; ///< of each element
};

/// The element of the cluster to which the particle gave most, of all or of those where nobody lives.
std::optional<std::size_t> Assignment::clusterOf(std::size_t particle, bool free) const
{
    std::optional<std::size_t> best;
    double most = 0;
    for (std::size_t i = 0; i < m_clusters.size(); ++i) {
        const std::size_t element = m_tracks.size() + i;
        const double given = m_clusters[i].from(particle);
        if (given > most && !(free && m_residents[element])) {
            best = element;
            most = given;
        }
    }
    return best;
}

void Assignment::place(std::size_t particle)
{
    constexpr double visible = 0.1; // of its energy
    double given = 0;
    for (const ToyCluster& cluster : m_clusters) {
        given += cluster.from(particle);
    }
    const auto track = trackOf(particle);
    if (!track && !(given > visible * m_particles[particle].energy)) {
        return;
    }
    const auto home = track ? track : clusterOf(particle, true);
    if (home) {
        m_residents[*home] = particle;
        add(*home, particle);
    } else if (const auto shared = clusterOf(particle, false)) {
        add(*shared, particle);
    }
}

FurtherTargetRow Assignment::further(std::size_t element) const
{
    FurtherTargetRow row{};
    row[5] = -1; // jet_idx
    if (element < m_tracks.size()) {
        const std::size_t particle = m_tracks[element].particle;
        row[6] = static_cast<float>(particle + 1);
        if (m_residents[element]) {
            double given = 0;
            for (const ToyCluster& cluster : m_clusters) {
                given += cluster.from(particle);
            }
            row[1] = 1;
            row[3] = 1;
            row[4] = static_cast<float>(given);
        }
        return row;
    }
    const ToyCluster& cluster = m_clusters[element - m_tracks.size()];
    const auto main = std::ranges::max_element(cluster.shares, {}, &std::pair<std::size_t, double>::second);
    row[6] = static_cast<float>(main->first + 1);
    if (const auto resident = m_residents[element]) {
        row[1] = 1;
        row[4] = static_cast<float>(cluster.from(*resident));
        row[6] = static_cast<float>(*resident + 1);
    }
    return row;
}

void Assignment::fill(ToyEvent& event) const
{
    for (std::size_t i = 0; i < m_residents.size(); ++i) {
        event.further.push_back(further(i));
        TargetRow& row = event.targets.emplace_back();
        if (!m_residents[i]) {
            continue;
        }
        const ToyParticle& resident = m_particles[*m_residents[i]];
        const bool onTrack = i < m_tracks.size();
        const Vector3& momentum = m_momenta[i].momentum;
        const double phi = momentum.phi();
        row = {static_cast<float>(classOn(resident.species, onTrack)),
               static_cast<float>(onTrack ? resident.charge : 0),
               static_cast<float>(momentum.transverse()),
               static_cast<float>(momentum.eta()),
               static_cast<float>(std::sin(phi)),
               static_cast<float>(std::cos(phi)),
               static_cast<float>(m_momenta[i].energy)};
    }
}

} // namespace

ToyEvent simulateToyEvent(ToyPreset preset, std::uint64_t seed, std::uint64_t index)
{
    const ToyDetector detector = toyDetector(preset);
    RandomStream random(seed, streamOf("particle flow", index));
    ToyEvent event;
    event.particles = generateToyParticles(detector, random);
    const auto tracks = reconstructTracks(event.particles, detector, random);
    const auto clusters = reconstructClusters(depositEnergy(event.particles, detector, random), random);
    for (const ToyTrack& track : tracks) {
        event.elements.push_back(track.row);
    }
    for (const ToyCluster& cluster : clusters) {
        event.elements.push_back(cluster.row);
    }
    Assignment(event.particles, tracks, clusters).fill(event);
    Vector3 sum;
    for (const ToyParticle& particle : event.particles) {
        sum = sum + particle.momentum;
    }
    event.met = sum.transverse();
    return event;
}

} // namespace widthwise::trainer
