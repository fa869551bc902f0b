// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/families/events/toy_particles.h"

#include "core/trainer/error.h"

#include <array>
#include <cmath>
#include <numbers>

namespace widthwise::trainer {

namespace {

constexpr double pionMass = 0.1396;
constexpr double neutralPionMass = 0.1350;
constexpr double kaonMass = 0.4976;
constexpr double electronMass = 0.000511;
constexpr double muonMass = 0.1057;

constexpr double lowestPt = 0.1;

void addParticle(std::vector<ToyParticle>& particles, ParticleClass species, int charge, double mass,
                 Vector3 momentum)
{
    if (momentum.transverse() > lowestPt) {
        particles.push_back({species, charge, momentum, std::hypot(momentum.length(), mass)});
    }
}

/// A hadron, lepton or pair of photons with the energy `energy` in the jet along `axis`.
void addFragment(std::vector<ToyParticle>& particles, Vector3 axis, double energy, RandomStream& random)
{
    constexpr double kick = 0.35;
    constexpr std::array<double, 5> shares{0.62, 0.28, 0.08, 0.01, 0.01}; // π±, π⁰, K⁰_L, e, μ
    constexpr std::array<double, 5> masses{pionMass, neutralPionMass, kaonMass, electronMass, muonMass};
    constexpr std::array species{ParticleClass::ChargedHadron, ParticleClass::Photon,
                                 ParticleClass::NeutralHadron, ParticleClass::Electron, ParticleClass::Muon};
    const std::size_t kind = random.choose(shares);
    const double mass = masses[kind];
    const double magnitude = std::sqrt(std::max(energy * energy - mass * mass, 0.01 * energy * energy));
    const Vector3 momentum = kicked(axis, magnitude, kick, random);
    const bool isNeutral =
        species[kind] == ParticleClass::Photon || species[kind] == ParticleClass::NeutralHadron;
    const int charge = isNeutral ? 0 : random.chance(0.5) ? 1 : -1;
    if (species[kind] != ParticleClass::Photon) {
        addParticle(particles, species[kind], charge, mass, momentum);
        return;
    }
    constexpr std::array<double, 2> massless{0, 0};
    for (const Vector3& photon : decay(momentum, mass, massless, random)) {
        addParticle(particles, ParticleClass::Photon, 0, 0, photon);
    }
}

} // namespace

ToyDetector toyDetector(ToyPreset preset)
{
    if (preset == ToyPreset::Full) {
        return {};
    }
    return {.field = 2,
            .fewestJets = 1,
            .mostJets = 2,
            .lowestEnergy = 40,
            .highestEnergy = 120,
            .hadronStochastic = 0.9,
            .hadronConstant = 0.1,
            .excessStochastic = 0.9,
            .excessConstant = 0.1};
}

ToyPreset toyPresetNamed(std::string_view name)
{
    for (const ToyPreset preset : {ToyPreset::Small, ToyPreset::Full}) {
        if (nameOf(preset) == name) {
            return preset;
        }
    }
    throw InputError("--preset: expected small or full, got \"" + std::string(name) + "\"");
}

std::string_view nameOf(ToyPreset preset)
{
    return preset == ToyPreset::Small ? "small" : "full";
}

double gammaDistributed(double shape, RandomStream& random)
{
    if (shape < 1) {
        const double power = 1 / shape;
        return gammaDistributed(shape + 1, random) * std::pow(1 - random.uniform(), power);
    }
    const double d = shape - 1.0 / 3;
    const double c = 1 / std::sqrt(9 * d);
    for (;;) {
        const double x = random.normal();
        const double root = 1 + c * x;
        if (root <= 0) {
            continue;
        }
        const double v = root * root * root;
        if (-random.exponential() < 0.5 * x * x + d - d * v + d * std::log(v)) {
            return d * v;
        }
    }
}

double betaDistributed(double first, double second, RandomStream& random)
{
    const double a = gammaDistributed(first, random);
    return a / (a + gammaDistributed(second, random));
}

std::vector<ToyParticle> generateToyParticles(const ToyDetector& detector, RandomStream& random)
{
    constexpr double concentration = 3; // of the Dirichlet distribution of the jets' energies
    constexpr double furthestForward = 0.9;
    constexpr double least = 0.3;
    constexpr double leftOver = 0.4;

    const int jets = detector.fewestJets + static_cast<int>(random.below(static_cast<std::uint64_t>(
                                               detector.mostJets - detector.fewestJets + 1)));
    const double energy = random.uniform(detector.lowestEnergy, detector.highestEnergy);
    std::vector<double> shares(static_cast<std::size_t>(jets));
    double sum = 0;
    for (double& share : shares) {
        sum += share = gammaDistributed(concentration, random);
    }
    std::vector<ToyParticle> particles;
    for (const double share : shares) {
        const double ofJet = energy * share / sum;
        const double cosine = random.uniform(-furthestForward, furthestForward);
        const double sine = std::sqrt(1 - cosine * cosine);
        const double phi = random.uniform(-std::numbers::pi, std::numbers::pi);
        const Vector3 axis{sine * std::cos(phi), sine * std::sin(phi), cosine};
        for (double left = ofJet; left > leftOver;) {
            const double z = betaDistributed(1, 7, random);
            const double taken = std::min(std::max(z * ofJet, least), left);
            addFragment(particles, axis, taken, random);
            left -= taken;
        }
    }
    return particles;
}

} // namespace widthwise::trainer
