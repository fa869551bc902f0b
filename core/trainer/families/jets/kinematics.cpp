// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/families/jets/kinematics.h"

#include <cmath>
#include <numbers>

namespace widthwise::trainer {

namespace {

struct FourVector {
    double energy = 0;
    Vector3 momentum;
};

/// `vector` seen from the frame in which a body at rest has the velocity `momentum`/`energy`.
FourVector boosted(const FourVector& vector, const FourVector& frame, double mass)
{
    const double along = dot(vector.momentum, frame.momentum);
    const double energy = (vector.energy * frame.energy + along) / mass;
    const double factor = (vector.energy + energy) / (frame.energy + mass);
    return {energy, vector.momentum + factor * frame.momentum};
}

/// Massless momenta that add up to rest and the energy `mass`.
std::vector<Vector3> masslessAtRest(double mass, std::size_t count, RandomStream& random)
{
    std::vector<FourVector> raw(count);
    FourVector sum;
    for (FourVector& one : raw) {
        const double cosine = random.uniform(-1, 1);
        const double sine = std::sqrt(1 - cosine * cosine);
        const double phi = random.uniform(0, 2 * std::numbers::pi);
        one.energy = random.exponential() + random.exponential();
        one.momentum = one.energy * Vector3{sine * std::cos(phi), sine * std::sin(phi), cosine};
        sum = {sum.energy + one.energy, sum.momentum + one.momentum};
    }
    const double sumMass = std::sqrt(sum.energy * sum.energy - dot(sum.momentum, sum.momentum));
    const FourVector back{sum.energy, -1 * sum.momentum};
    std::vector<Vector3> momenta;
    for (const FourVector& one : raw) {
        momenta.push_back((mass / sumMass) * boosted(one, back, sumMass).momentum);
    }
    return momenta;
}

/// The factor on massless momenta at which the products' energies add up to `mass` (Newton's method).
double massFactor(double mass, std::span<const Vector3> momenta, std::span<const double> masses)
{
    double factor = 1;
    for (int iteration = 0; iteration < 20; ++iteration) {
        double excess = -mass;
        double slope = 0;
        for (std::size_t i = 0; i < momenta.size(); ++i) {
            const double square = dot(momenta[i], momenta[i]);
            const double energy = std::sqrt(masses[i] * masses[i] + factor * factor * square);
            excess += energy;
            slope += factor * square / energy;
        }
        factor -= excess / slope;
    }
    return factor;
}

} // namespace

double Vector3::length() const
{
    return std::sqrt(dot(*this, *this));
}
double Vector3::transverse() const
{
    return std::hypot(x, y);
}
double Vector3::phi() const
{
    return std::atan2(y, x);
}
double Vector3::eta() const
{
    return std::asinh(z / transverse());
}

Vector3 fromPtEtaPhi(double pt, double eta, double phi)
{
    return {pt * std::cos(phi), pt * std::sin(phi), pt * std::sinh(eta)};
}

double deltaPhi(double a, double b)
{
    return std::remainder(a - b, 2 * std::numbers::pi);
}

Vector3 kicked(Vector3 direction, double momentum, double kick, RandomStream& random)
{
    const double eta = direction.eta();
    const double phi = direction.phi();
    const Vector3 axis = (1 / direction.length()) * direction;
    const Vector3 around{-std::sin(phi), std::cos(phi), 0};
    const Vector3 up{-std::tanh(eta) * std::cos(phi), -std::tanh(eta) * std::sin(phi), 1 / std::cosh(eta)};
    const double first = kick * random.normal();
    const double second = kick * random.normal();
    const double along = std::sqrt(std::max(momentum * momentum - first * first - second * second, 1e-6));
    return along * axis + first * around + second * up;
}

std::vector<Vector3> decay(Vector3 momentum, double mass, std::span<const double> productMasses,
                           RandomStream& random)
{
    std::vector<Vector3> products = masslessAtRest(mass, productMasses.size(), random);
    const double factor = massFactor(mass, products, productMasses);
    const FourVector parent{std::sqrt(mass * mass + dot(momentum, momentum)), momentum};
    for (std::size_t i = 0; i < products.size(); ++i) {
        const Vector3 scaled = factor * products[i];
        const double energy = std::sqrt(productMasses[i] * productMasses[i] + dot(scaled, scaled));
        products[i] = boosted({energy, scaled}, parent, mass).momentum;
    }
    return products;
}

} // namespace widthwise::trainer
