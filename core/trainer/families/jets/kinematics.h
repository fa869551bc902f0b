// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/data/random_stream.h"

#include <span>
#include <vector>

namespace widthwise::trainer {

/// Lengths in mm, momenta and energies in GeV, c = 1; z along the beam.
struct Vector3 {
    double x = 0;
    double y = 0;
    double z = 0;

    friend Vector3 operator+(Vector3 a, Vector3 b) { return {a.x + b.x, a.y + b.y, a.z + b.z}; }
    friend Vector3 operator*(double s, Vector3 a) { return {s * a.x, s * a.y, s * a.z}; }
    friend double dot(Vector3 a, Vector3 b) { return a.x * b.x + a.y * b.y + a.z * b.z; }
    double length() const;
    double transverse() const;
    double phi() const;
    double eta() const;
};

Vector3 fromPtEtaPhi(double pt, double eta, double phi);

/// φ difference in (−π, π].
double deltaPhi(double a, double b);

/// `direction` scaled to `momentum`, turned by a transverse kick with the deviation `kick` in each of two
/// axes.
Vector3 kicked(Vector3 direction, double momentum, double kick, RandomStream& random);

/// Momenta of the products of a decay in flight, in the laboratory: isotropic massless phase space in the
/// rest frame (Kleiss, Stirling, Ellis, Comput. Phys. Commun. 40 (1986) 359), scaled to the products' masses,
/// then boosted. Needs at least two products, lighter together than `mass`.
std::vector<Vector3> decay(Vector3 momentum, double mass, std::span<const double> productMasses,
                           RandomStream& random);

} // namespace widthwise::trainer
