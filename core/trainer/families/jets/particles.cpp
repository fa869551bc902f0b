// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/families/jets/particles.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace widthwise::trainer {

namespace {

constexpr double pionMass = 0.1396;
constexpr double kaonMass = 0.4937;

/// Mass in GeV and cτ in mm (Particle Data Group).
struct Hadron {
    double mass;
    double lifetime;
};

/// B⁰, B⁺, B_s, Λ_b and their shares in b jets.
constexpr std::array<Hadron, 4> bHadrons{{{5.280, 0.455}, {5.279, 0.491}, {5.367, 0.455}, {5.620, 0.441}}};
constexpr std::array<double, 4> bShares{0.41, 0.41, 0.10, 0.08};

/// D⁰, D⁺, D_s, Λ_c and their shares in c jets and in b decays.
constexpr std::array<Hadron, 4> cHadrons{{{1.865, 0.123}, {1.870, 0.310}, {1.968, 0.151}, {2.286, 0.061}}};
constexpr std::array<double, 4> cShares{0.58, 0.24, 0.08, 0.10};
constexpr std::array<double, 4> cSharesFromB{0.60, 0.23, 0.10, 0.07};

/// Share of c jets that come of a gluon which has split into c and c̄, and hold both hadrons: two vertices and
/// twice the tracks, as in a b jet. Our choice. Such gluons are measured in Z decays (ALEPH, hep-ex/0302003).
constexpr double splitGluons = 0.2;

constexpr Hadron tau{1.777, 0.087};
constexpr Hadron kaonShort{0.498, 26.8};
constexpr Hadron lambda{1.116, 78.9};

/// Charged particles of a charm decay: D⁰ gives an even number, the charged hadrons an odd one.
int charmProngs(bool neutral, RandomStream& random)
{
    constexpr std::array<double, 3> neutralShares{0.08, 0.70, 0.22};
    constexpr std::array<double, 3> chargedShares{0.40, 0.53, 0.07};
    const auto index = static_cast<int>(random.choose(neutral ? neutralShares : chargedShares));
    return neutral ? 2 * index : 2 * index + 1;
}

TruthType leptonOrPion(double leptonShare, RandomStream& random)
{
    const double drawn = random.uniform();
    if (drawn < leptonShare) {
        return TruthType::Electron;
    }
    return drawn < 2 * leptonShare ? TruthType::Muon : TruthType::Pion;
}

/// A beta-distributed share with the mean first/(first + second).
double betaShare(int first, int second, RandomStream& random)
{
    double a = 0;
    double b = 0;
    for (int i = 0; i < first; ++i) {
        a += random.exponential();
    }
    for (int i = 0; i < second; ++i) {
        b += random.exponential();
    }
    return a / (a + b);
}

/// Fills one jet with particles, vertex by vertex.
class Generator {
public:
    Generator(RandomStream& random, JetTruth& jet) : m_random(random), m_jet(jet) {}

    void fragment(double momentum, double meanCharged);
    void beauty(double momentum);
    /// The hadron of a charm quark, or in a share of the jets those of a gluon that has split into two; gives
    /// its part, or theirs, of the `momentum` of the jet.
    double charmJet(double momentum);
    void charm(Vector3 momentum, Vector3 from, bool fromB);
    void tauLepton(double momentum);
    void longLived(double meanNeutral, double meanConversions);
    void pileUp(double mean);

private:
    Vector3 fly(Vector3 momentum, const Hadron& hadron, Vector3 from)
    {
        return from + (hadron.lifetime / hadron.mass * m_random.exponential()) * momentum;
    }
    void add(Vector3 position, Vector3 momentum, Origin origin, std::int32_t vertex, TruthType type)
    {
        m_jet.particles.push_back({position, momentum, m_random.chance(0.5) ? 1 : -1, origin, vertex, type});
    }

    RandomStream& m_random;
    JetTruth& m_jet;
    std::int32_t m_vertices = 0; ///< displaced vertices so far
};

/// Hadrons from the primary vertex that share `momentum`, about a third of them neutral.
void Generator::fragment(double momentum, double meanCharged)
{
    const int charged = m_random.poisson(meanCharged);
    const int all = charged + m_random.poisson(meanCharged / 2) + 1;
    std::vector<double> shares(static_cast<std::size_t>(all));
    double sum = 0;
    for (double& share : shares) {
        share = std::pow(m_random.exponential(), 1.5);
        sum += share;
    }
    for (int i = 0; i < charged; ++i) {
        const double p = momentum * shares[static_cast<std::size_t>(i)] / sum;
        const TruthType type = m_random.chance(0.12) ? TruthType::Kaon : TruthType::Pion;
        add({}, kicked(m_jet.momentum, p, std::min(0.3, p / 3), m_random), Origin::Primary, 0, type);
    }
}

void Generator::beauty(double momentum)
{
    const Hadron hadron = bHadrons[m_random.choose(bShares)];
    const Vector3 p = kicked(m_jet.momentum, momentum, 0.4, m_random);
    const Vector3 at = fly(p, hadron, {});
    const std::int32_t vertex = ++m_vertices;

    const auto charged = static_cast<std::size_t>(std::min(m_random.poisson(2.6), 10));
    const auto neutral =
        static_cast<std::size_t>(std::min(m_random.poisson(1.2), 5)) + (charged == 0 ? 1 : 0);
    std::vector<double> masses(1 + charged + neutral, pionMass);
    masses[0] = cHadrons[0].mass;
    const std::vector<Vector3> products = decay(p, hadron.mass, masses, m_random);
    for (std::size_t i = 1; i <= charged; ++i) {
        add(at, products[i], Origin::FromB, vertex, i == 1 ? leptonOrPion(0.11, m_random) : TruthType::Pion);
    }
    charm(products[0], at, true);
}

double Generator::charmJet(double momentum)
{
    if (!m_random.chance(splitGluons)) {
        const double share = betaShare(11, 9, m_random);
        charm(kicked(m_jet.momentum, share * momentum, 0.4, m_random), {}, false);
        return share;
    }
    const double share = betaShare(7, 3, m_random);
    const double first = m_random.uniform(0.3, 0.7);
    for (const double part : {first, 1 - first}) {
        charm(kicked(m_jet.momentum, part * share * momentum, 1, m_random), {}, false);
    }
    return share;
}

void Generator::charm(Vector3 momentum, Vector3 from, bool fromB)
{
    const std::size_t species = m_random.choose(fromB ? cSharesFromB : cShares);
    const Hadron hadron = cHadrons[species];
    const Vector3 at = fly(momentum, hadron, from);
    const std::int32_t vertex = ++m_vertices;

    const auto charged = static_cast<std::size_t>(charmProngs(species == 0, m_random));
    const auto neutral =
        static_cast<std::size_t>(std::min(m_random.poisson(0.9), 3)) + (charged < 2 ? 2 - charged : 0);
    std::vector<double> masses(charged + neutral, pionMass);
    masses[0] = kaonMass;
    const std::vector<Vector3> products = decay(momentum, hadron.mass, masses, m_random);
    for (std::size_t i = 0; i < charged; ++i) {
        const TruthType type = i == 0 ? TruthType::Kaon : leptonOrPion(i == 1 ? 0.08 : 0, m_random);
        add(at, products[i], fromB ? Origin::FromBC : Origin::FromC, vertex, type);
    }
}

void Generator::tauLepton(double momentum)
{
    const Vector3 p = kicked(m_jet.momentum, momentum, 0.1, m_random);
    const Vector3 at = fly(p, tau, {});
    const std::int32_t vertex = ++m_vertices;
    const std::size_t charged = m_random.chance(0.23) ? 3 : 1;
    const auto neutral = 1 + static_cast<std::size_t>(std::min(m_random.poisson(0.7), 4));
    const std::vector<double> masses(charged + neutral, pionMass);
    const std::vector<Vector3> products = decay(p, tau.mass, masses, m_random);
    for (std::size_t i = 0; i < charged; ++i) {
        add(at, products[i], Origin::FromTau, vertex, TruthType::Pion);
    }
}

/// K⁰_S and Λ decays in flight, and photons that convert in the beam pipe or a pixel layer.
void Generator::longLived(double meanNeutral, double meanConversions)
{
    constexpr std::array<double, 4> conversionRadii{23, 33, 51, 89};
    const double jetMomentum = m_jet.momentum.length();
    for (int i = m_random.poisson(meanNeutral); i > 0; --i) {
        const bool strange = m_random.chance(0.75);
        const Hadron& hadron = strange ? kaonShort : lambda;
        const double p = 1 + 0.08 * jetMomentum * m_random.exponential();
        const Vector3 momentum = kicked(m_jet.momentum, p, std::min(0.3, p / 3), m_random);
        const Vector3 at = fly(momentum, hadron, {});
        const std::array<double, 2> masses{strange ? pionMass : 0.9383, pionMass};
        const std::int32_t vertex = ++m_vertices;
        for (const Vector3& product : decay(momentum, hadron.mass, masses, m_random)) {
            add(at, product, Origin::OtherSecondary, vertex, TruthType::Pion);
        }
    }
    for (int i = m_random.poisson(meanConversions); i > 0; --i) {
        const double p = 1 + 0.05 * jetMomentum * m_random.exponential();
        const Vector3 photon = kicked(m_jet.momentum, p, std::min(0.3, p / 3), m_random);
        const Vector3 at = (conversionRadii[m_random.below(4)] / photon.transverse()) * photon;
        const double share = m_random.uniform(0.1, 0.9);
        const std::int32_t vertex = ++m_vertices;
        for (const double part : {share, 1 - share}) {
            add(at, kicked(photon, part * p, 0.001, m_random), Origin::OtherSecondary, vertex,
                TruthType::Electron);
        }
    }
}

/// Soft tracks of other collisions that fall into the cone and pass |z0 sin θ| < 5 mm.
void Generator::pileUp(double mean)
{
    constexpr double cone = 0.4;
    for (int i = m_random.poisson(mean); i > 0; --i) {
        const double radius = cone * std::sqrt(m_random.uniform());
        const double angle = m_random.uniform(0, 2 * std::numbers::pi);
        const double eta = m_jet.momentum.eta() + radius * std::sin(angle);
        const double phi = m_jet.momentum.phi() + radius * std::cos(angle);
        const Vector3 at{0, 0, m_random.uniform(-5, 5) * std::cosh(eta)};
        add(at, fromPtEtaPhi(0.5 + 0.9 * m_random.exponential(), eta, phi), Origin::PileUp, -2,
            TruthType::Pion);
    }
}

Vector3 drawJet(RandomStream& random)
{
    double pt = 0;
    do {
        pt = 20 + 55 * random.exponential();
    } while (pt > 250);
    double eta = 0;
    do {
        eta = 1.3 * random.normal();
    } while (std::abs(eta) > 2.5);
    return fromPtEtaPhi(pt, eta, random.uniform(-std::numbers::pi, std::numbers::pi));
}

} // namespace

JetTruth generateJet(const FlavourFractions& fractions, RandomStream& random)
{
    JetTruth jet;
    jet.momentum = drawJet(random);
    jet.flavour = static_cast<Flavour>(random.choose(fractions));
    Generator generator(random, jet);

    const double momentum = jet.momentum.length();
    const double lightCharged = 4 + 2.4 * std::log(jet.momentum.transverse() / 20);
    double share = 0; // of the momentum, in the heavy hadron or the τ
    switch (jet.flavour) {
    case Flavour::B:
        share = betaShare(7, 3, random);
        generator.beauty(share * momentum);
        generator.fragment((1 - share) * momentum, 0.55 * lightCharged);
        break;
    case Flavour::C:
        share = generator.charmJet(momentum);
        generator.fragment((1 - share) * momentum, 0.7 * lightCharged);
        break;
    case Flavour::Light:
        generator.fragment(momentum, lightCharged);
        break;
    case Flavour::Tau:
        share = betaShare(19, 1, random);
        generator.tauLepton(share * momentum);
        generator.fragment((1 - share) * momentum, 0.7);
        break;
    }
    generator.longLived(jet.flavour == Flavour::Tau ? 0.02 : 0.25, 0.15);
    generator.pileUp(0.9);
    return jet;
}

} // namespace widthwise::trainer
