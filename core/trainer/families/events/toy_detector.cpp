// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/families/events/toy_detector.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace widthwise::trainer {

namespace {

constexpr double bending = 3e-4; // GeV per T and mm

/// `a` ⊕ `b`, relative to 1.
double quadrature(double a, double b)
{
    return std::hypot(a, b);
}

double measured(double energy, double stochastic, double constant, RandomStream& random)
{
    const double sigma = quadrature(stochastic * std::sqrt(energy), constant * energy);
    return std::max(0.0, energy + sigma * random.normal());
}

ElementRow trackRow(const ToyParticle& particle, const ToyDetector& detector, RandomStream& random)
{
    const double truePt = particle.momentum.transverse();
    const double trueEta = particle.momentum.eta();
    const double resolution = quadrature(0.003, 3e-5 * truePt) * (1 + trueEta * trueEta / 3);
    const double pt = truePt * std::max(0.1, 1 + resolution * random.normal());
    const double phi = particle.momentum.phi() + 3e-4 / std::sqrt(std::min(truePt, 4.0)) * random.normal();
    const double eta = trueEta + 3e-4 * random.normal();
    const double p = pt * std::cosh(eta);
    const auto ndf = static_cast<double>(10 + random.below(12));
    const double slow = std::max(p, 0.2);

    ElementRow row{};
    const auto set = [&](std::size_t column, double value) { row[column] = static_cast<float>(value); };
    set(element::Type, static_cast<double>(ElementType::Track));
    set(element::Pt, pt);
    set(element::Eta, eta);
    set(element::SinPhi, std::sin(phi));
    set(element::CosPhi, std::cos(phi));
    set(element::Energy, p);
    set(track::Chi2, ndf * gammaDistributed(8, random) / 8);
    set(track::Ndf, ndf);
    set(track::DEdx, (1 + 0.05 / (slow * slow)) * std::max(0.1, 1 + 0.1 * random.normal()));
    set(track::DEdxError, 0.1);
    set(track::Radius, 31);
    set(track::TanLambda, std::sinh(eta));
    set(track::D0, 0.01 * random.normal());
    set(track::Omega, particle.charge * bending * detector.field / pt);
    set(track::Z0, 0.02 * random.normal());
    return row;
}

double distance(Vector3 a, Vector3 b)
{
    return std::hypot(a.eta() - b.eta(), deltaPhi(a.phi(), b.phi()));
}

/// A point of the surface in the direction (η, φ).
Vector3 surface(double eta, double phi)
{
    return *calorimeterHit(1, eta, phi, 0, 0);
}

class Calorimeter {
public:
    Calorimeter(const ToyDetector& detector, RandomStream& random, std::vector<Deposit>& deposits)
        : m_detector(detector), m_random(random), m_deposits(deposits)
    {
    }
    void absorb(std::size_t index, const ToyParticle& particle, Vector3 at);

private:
    void absorbHadron(std::size_t index, double energy, Vector3 at);
    void shower(std::size_t index, double energy, Vector3 at);

    const ToyDetector& m_detector;
    RandomStream& m_random;
    std::vector<Deposit>& m_deposits;
};

void Calorimeter::absorb(std::size_t index, const ToyParticle& particle, Vector3 at)
{
    switch (particle.species) {
    case ParticleClass::Photon:
    case ParticleClass::Electron:
        m_deposits.push_back({index, at, true, measured(particle.energy, 0.156, 0.01, m_random), 0, 0});
        return;
    case ParticleClass::Muon: {
        const double part = std::min(1.0, particle.energy / 2.55);
        m_deposits.push_back({index, at, false, 0.25 * part, 2 * part, 0.3 * part});
        return;
    }
    default:
        absorbHadron(index, particle.energy, at);
    }
}

/// Some hadrons throw a part of their energy to a place of its own: a cluster without a particle.
void Calorimeter::absorbHadron(std::size_t index, double energy, Vector3 at)
{
    double left = energy;
    if (energy > 1.5 && m_random.chance(0.3)) {
        const double thrown = m_random.uniform(0.05, 0.3) * energy;
        const double radius = m_random.uniform(0.06, 0.16);
        const double angle = m_random.uniform(-std::numbers::pi, std::numbers::pi);
        shower(index, thrown,
               surface(at.eta() + radius * std::cos(angle), at.phi() + radius * std::sin(angle)));
        left -= thrown;
    }
    shower(index, left, at);
}

void Calorimeter::shower(std::size_t index, double energy, Vector3 at)
{
    const double seen = measured(energy, m_detector.hadronStochastic, m_detector.hadronConstant, m_random);
    const double ecal = m_random.chance(0.3) ? 0.02 : betaDistributed(1.2, 2.4, m_random);
    m_deposits.push_back({index, at, false, ecal * seen, (1 - ecal) * seen, 0});
}

struct Growing {
    Vector3 seed;
    bool electromagnetic;
    std::vector<Deposit> deposits;
};

double hits(double energy, RandomStream& random)
{
    const double mean = 8 * std::pow(energy, 0.8);
    constexpr double many = 100; // from here on the Poisson distribution is normal enough
    return mean < many ? random.poisson(mean)
                       : std::round(std::max(0.0, mean + std::sqrt(mean) * random.normal()));
}

ToyCluster finished(const Growing& growing, RandomStream& random)
{
    constexpr double emDepth = 60;
    constexpr double hadronDepth = 400;
    constexpr double emWidth = 12;
    constexpr double hadronWidth = 60;
    ToyCluster cluster;
    double ecal = 0;
    double hcal = 0;
    double other = 0;
    Vector3 mean;
    for (const Deposit& deposit : growing.deposits) {
        ecal += deposit.ecal;
        hcal += deposit.hcal;
        other += deposit.other;
        mean = mean + deposit.energy() * deposit.position;
        const auto known =
            std::ranges::find(cluster.shares, deposit.particle, &std::pair<std::size_t, double>::first);
        if (known != cluster.shares.end()) {
            known->second += deposit.energy();
        } else {
            cluster.shares.emplace_back(deposit.particle, deposit.energy());
        }
    }
    const double energy = ecal + hcal + other;
    mean = (1 / energy) * mean;
    Vector3 squares;
    for (const Deposit& deposit : growing.deposits) {
        const Vector3 away = deposit.position + -1 * mean;
        squares = squares +
                  (deposit.energy() / energy) * Vector3{away.x * away.x, away.y * away.y, away.z * away.z};
    }
    const double width = growing.electromagnetic ? emWidth : hadronWidth;
    const double depth = growing.electromagnetic ? emDepth : hadronDepth;
    const Vector3 place = (1 + depth / mean.length()) * mean;
    const auto spread = [&](double square) {
        return std::sqrt(width * width + square) * std::max(0.2, 1 + 0.1 * random.normal());
    };
    const auto set = [&](std::size_t column, double value) {
        cluster.row[column] = static_cast<float>(value);
    };
    set(element::Type, static_cast<double>(ElementType::Cluster));
    set(element::Pt, energy / std::cosh(mean.eta()));
    set(element::Eta, mean.eta());
    set(element::SinPhi, std::sin(mean.phi()));
    set(element::CosPhi, std::cos(mean.phi()));
    set(element::Energy, energy);
    set(cluster::X, place.x);
    set(cluster::Y, place.y);
    set(cluster::Z, place.z);
    set(cluster::Theta, std::atan2(mean.transverse(), mean.z));
    set(cluster::Ecal, ecal);
    set(cluster::Hcal, hcal);
    set(cluster::Other, other);
    set(cluster::Hits, hits(energy, random));
    set(cluster::SigmaX, spread(squares.x));
    set(cluster::SigmaY, spread(squares.y));
    set(cluster::SigmaZ, spread(squares.z));
    return cluster;
}

} // namespace

std::optional<Vector3> calorimeterHit(double pt, double eta, double phi, int charge, double field)
{
    const double slope = std::sinh(eta); // dz per arc
    if (charge == 0) {
        const double arc =
            std::min(calorimeterRadius, slope == 0 ? calorimeterRadius : calorimeterLength / std::abs(slope));
        return Vector3{arc * std::cos(phi), arc * std::sin(phi), arc * slope};
    }
    const double diameter = 2 * pt / (bending * field);
    if (diameter < calorimeterRadius) {
        return std::nullopt;
    }
    double arc = diameter * std::asin(calorimeterRadius / diameter);
    if (std::abs(arc * slope) > calorimeterLength) {
        arc = calorimeterLength / std::abs(slope);
    }
    const double turn = arc / diameter;
    const double chord = diameter * std::sin(turn);
    const double at = phi - charge * turn;
    return Vector3{chord * std::cos(at), chord * std::sin(at), arc * slope};
}

double ToyCluster::from(std::size_t particle) const
{
    const auto known = std::ranges::find(shares, particle, &std::pair<std::size_t, double>::first);
    return known == shares.end() ? 0 : known->second;
}

std::vector<ToyTrack> reconstructTracks(const std::vector<ToyParticle>& particles,
                                        const ToyDetector& detector, RandomStream& random)
{
    constexpr double acceptance = 2.4;
    std::vector<ToyTrack> tracks;
    for (std::size_t i = 0; i < particles.size(); ++i) {
        const double efficiency = particles[i].momentum.transverse() < 0.3 ? 0.80 : 0.97;
        if (particles[i].charge != 0 && std::abs(particles[i].momentum.eta()) < acceptance &&
            random.chance(efficiency)) {
            tracks.push_back({i, trackRow(particles[i], detector, random)});
        }
    }
    return tracks;
}

std::vector<Deposit> depositEnergy(const std::vector<ToyParticle>& particles, const ToyDetector& detector,
                                   RandomStream& random)
{
    std::vector<Deposit> deposits;
    Calorimeter calorimeter(detector, random, deposits);
    for (std::size_t i = 0; i < particles.size(); ++i) {
        const Vector3& momentum = particles[i].momentum;
        if (const auto hit = calorimeterHit(momentum.transverse(), momentum.eta(), momentum.phi(),
                                            particles[i].charge, detector.field)) {
            calorimeter.absorb(i, particles[i], *hit);
        }
    }
    return deposits;
}

std::vector<ToyCluster> reconstructClusters(std::vector<Deposit> deposits, RandomStream& random)
{
    constexpr double threshold = 0.15;
    constexpr double emReach = 0.02;
    constexpr double reach = 0.05;
    std::erase_if(deposits, [](const Deposit& deposit) { return deposit.energy() <= threshold; });
    std::ranges::stable_sort(deposits, std::greater{},
                             [](const Deposit& deposit) { return deposit.energy(); });
    std::vector<Growing> growing;
    for (const Deposit& deposit : deposits) {
        const auto near = std::ranges::find_if(growing, [&](const Growing& candidate) {
            const bool bothEm = deposit.electromagnetic && candidate.electromagnetic;
            return distance(candidate.seed, deposit.position) < (bothEm ? emReach : reach);
        });
        if (near != growing.end()) {
            near->deposits.push_back(deposit);
        } else {
            growing.push_back({deposit.position, deposit.electromagnetic, {deposit}});
        }
    }
    std::vector<ToyCluster> clusters;
    for (const Growing& one : growing) {
        clusters.push_back(finished(one, random));
    }
    return clusters;
}

} // namespace widthwise::trainer
