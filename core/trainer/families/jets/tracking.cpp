// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/families/jets/particles.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace widthwise::trainer {

namespace {

constexpr double crowdedResolution = 1.5;  ///< of a track inside a jet, against one alone
constexpr double crowdedEfficiency = 0.90; ///< likewise
constexpr double mev = 1e-3;               // in GeV

/// A value for every pT up to `below` GeV.
struct Step {
    double below;
    double value;
};

template <std::size_t size>
double lookUp(const Step (&steps)[size], double pt)
{
    return std::ranges::find_if(steps, [&](const Step& step) { return pt < step.below; })->value;
}

constexpr double ever = 1e9;
/// Resolutions in mm against pT in GeV: Delphes, cards/trackResolutionATLAS.tcl, after arXiv:1405.6569,
/// figure 15.
constexpr Step d0Resolution[] = {{1, .080},  {2, .045},  {4, .028},    {6, .020},
                                 {10, .016}, {30, .014}, {ever, .0115}};
constexpr Step z0Resolution[] = {{1, .140},  {2, .096},  {4, .075},   {6, .058},
                                 {15, .055}, {30, .050}, {ever, .047}};
constexpr Step phiResolution[] = {{5, 1.5e-3}, {15, 1.1e-3}, {ever, 1.5e-4}};

/// Radius in mm over which the efficiency falls by e for particles that are not made at the beam line.
constexpr double displacedLoss = 100;

/// Tracking efficiency of prompt particles (Delphes, delphes_card_ATLAS), falling with the radius of
/// production.
double efficiency(double pt, double eta, double radius)
{
    const bool central = std::abs(eta) < 1.5;
    const double prompt = pt < 1 ? (central ? 0.70 : 0.60) : (central ? 0.95 : 0.85);
    return crowdedEfficiency * prompt * std::exp(-radius / displacedLoss);
}

/// Relative momentum resolution in three |η| bands (Delphes, delphes_card_ATLAS).
double relativeMomentumResolution(double pt, double eta)
{
    const double band = std::abs(eta);
    if (band < 0.5) {
        return std::hypot(0.06, 1.3e-3 * pt);
    }
    return band < 1.5 ? std::hypot(0.10, 1.7e-3 * pt) : std::hypot(0.25, 3.1e-3 * pt);
}

/// A measured deviation and the error that the fit reports for it: 4 % of the tracks scatter three times as
/// much as they say, and what they say is itself known to 10 %.
struct Smearing {
    double deviation;
    double reported;
};

Smearing smear(double resolution, RandomStream& random)
{
    const double drawn = random.uniform();
    const double tail = drawn < 0.01 ? 10 : drawn < 0.06 ? 3 : 1;
    return {tail * resolution * random.normal(), resolution * std::exp(0.1 * random.normal())};
}

std::uint8_t hitCount(double nominal, double spread, RandomStream& random)
{
    return static_cast<std::uint8_t>(std::clamp(std::round(nominal + spread * random.normal()), 0.0, 20.0));
}

/// Hits in four pixel layers and four double-sided strip layers; none before the radius where the particle
/// was made.
void fillHits(SimulatedTrack& track, double radius, double pt, std::size_t crowding, RandomStream& random)
{
    const auto missed = static_cast<int>((radius > 33) + (radius > 51) + (radius > 89) + (radius > 122));
    track.innermostHits = radius < 33 && random.chance(0.97) ? 1 : 0;
    track.nextToInnermostHits = radius < 51 && random.chance(0.97) ? 1 : 0;
    track.pixelHits = hitCount(std::max(0, 4 - missed), 0.4, random);
    track.pixelHits =
        std::max<std::uint8_t>(track.pixelHits, track.innermostHits + track.nextToInnermostHits);
    track.sctHits = hitCount(radius > 299 ? 5 : 8, 0.6, random);

    const double shared = std::min(0.5, 0.002 * static_cast<double>(crowding) * (1 + 0.05 * pt));
    track.innermostSharedHits = track.innermostHits > 0 && random.chance(shared) ? 1 : 0;
    track.innermostSplitHits = track.innermostHits > 0 && random.chance(2 * shared) ? 1 : 0;
    track.pixelSharedHits = track.innermostSharedHits + (random.chance(shared) ? 1 : 0);
    track.pixelSplitHits = track.innermostSplitHits + (random.chance(2 * shared) ? 1 : 0);
    track.sctSharedHits = random.chance(shared) ? 2 : 0;
}

/// The straight line's point of closest approach to the beam line.
struct Perigee {
    double d0; ///< x sin φ − y cos φ
    double z0;
};

Perigee perigeeOf(Vector3 position, Vector3 momentum)
{
    const double phi = momentum.phi();
    const double path = position.x * std::cos(phi) + position.y * std::sin(phi);
    return {position.x * std::sin(phi) - position.y * std::cos(phi),
            position.z - path * momentum.z / momentum.transverse()};
}

/// Fills the measured parameters of a track along `momentum`; both impact parameters get their lifetime sign:
/// positive where the track crosses the jet axis in front of the primary vertex.
void measure(SimulatedTrack& track, Perigee perigee, Vector3 momentum, int charge, Vector3 jet,
             RandomStream& random)
{
    const double pt = momentum.transverse();
    const double eta = momentum.eta();
    const double sinTheta = 1 / std::cosh(eta);
    const Smearing d0 = smear(crowdedResolution * lookUp(d0Resolution, pt), random);
    const Smearing z0 = smear(crowdedResolution * lookUp(z0Resolution, pt), random);
    const Smearing phi = smear(lookUp(phiResolution, pt), random);
    const Smearing theta = smear(7e-4 * (1 + 2 / pt), random);
    const Smearing relative = smear(relativeMomentumResolution(pt, eta), random);

    const double measuredD0 = perigee.d0 + d0.deviation;
    const double measuredZ0 = perigee.z0 + z0.deviation;
    const double measuredPhi = momentum.phi() + phi.deviation;
    const double toJet = deltaPhi(measuredPhi, jet.phi());
    const double d0Sign = measuredD0 * std::sin(toJet) >= 0 ? 1 : -1;
    const double z0Sign = measuredZ0 * (jet.eta() - eta) >= 0 ? 1 : -1;
    const double qOverP = charge / momentum.length();

    track.d0 = static_cast<float>(measuredD0);
    track.z0SinTheta = static_cast<float>(measuredZ0 * sinTheta);
    track.dphi = static_cast<float>(toJet);
    track.deta = static_cast<float>(eta - theta.deviation / sinTheta - jet.eta());
    track.qOverP = static_cast<float>(qOverP * (1 + relative.deviation) * mev);
    track.d0Significance =
        static_cast<float>(d0Sign * std::abs(measuredD0) / std::hypot(d0.reported, vertexResolution.x));
    track.z0Significance =
        static_cast<float>(z0Sign * std::abs(measuredZ0) / std::hypot(z0.reported, vertexResolution.z));
    track.phiUncertainty = static_cast<float>(phi.reported);
    track.thetaUncertainty = static_cast<float>(theta.reported);
    track.qOverPUncertainty = static_cast<float>(std::abs(qOverP) * relative.reported * mev);
}

bool isSelected(const SimulatedTrack& track)
{
    return std::abs(track.d0) < 3.5F && std::abs(track.z0SinTheta) < 5.0F &&
           track.pixelHits + track.sctHits >= 8;
}

} // namespace

bool reconstruct(const Particle& particle, Vector3 jet, std::size_t crowding, RandomStream& random,
                 SimulatedTrack& track)
{
    const double pt = particle.momentum.transverse();
    const double eta = particle.momentum.eta();
    if (pt < 0.5 || std::abs(eta) > 2.5 ||
        !random.chance(efficiency(pt, eta, particle.position.transverse()))) {
        return false;
    }
    track.origin = particle.origin;
    track.vertex = particle.vertex;
    track.type = particle.type;
    fillHits(track, particle.position.transverse(), pt, crowding, random);
    measure(track, perigeeOf(particle.position, particle.momentum), particle.momentum, particle.charge, jet,
            random);
    return isSelected(track);
}

SimulatedTrack fakeTrack(Vector3 jet, RandomStream& random)
{
    SimulatedTrack track{};
    track.origin = Origin::Fake;
    track.vertex = -2;
    track.type = TruthType::NoTruth;
    const Vector3 momentum = kicked(jet, 0.3 * jet.length(), 0.05 * jet.length(), random);
    const Perigee perigee{random.uniform(-3, 3),
                          random.uniform(-4.5, 4.5) / std::max(0.3, 1 / std::cosh(jet.eta()))};
    fillHits(track, random.uniform(20, 80), momentum.transverse(), 40, random);
    measure(track, perigee, momentum, random.chance(0.5) ? 1 : -1, jet, random);
    return track;
}

} // namespace widthwise::trainer
