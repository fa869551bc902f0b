// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/families/events/event_jets.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace widthwise::trainer {

namespace {

struct PseudoJet {
    Momentum sum;
    Vector3 direction;
    double beam = 0; ///< its distance to the beam: E⁻²

    explicit PseudoJet(const Momentum& of)
        : sum(of), direction((1 / of.momentum.length()) * of.momentum), beam(1 / (of.energy * of.energy))
    {
    }
};

Momentum operator+(const Momentum& a, const Momentum& b)
{
    return {a.momentum + b.momentum, a.energy + b.energy};
}

double distance(const PseudoJet& a, const PseudoJet& b, double radius)
{
    return std::min(a.beam, b.beam) * (1 - dot(a.direction, b.direction)) / (1 - std::cos(radius));
}

} // namespace

Momentum momentumOf(const TargetRow& row)
{
    if (row[target::Class] == 0) {
        return {};
    }
    const double phi = std::atan2(row[target::SinPhi], row[target::CosPhi]);
    return {fromPtEtaPhi(row[target::Pt], row[target::Eta], phi), row[target::Energy]};
}

std::vector<Momentum> clusterJets(std::span<const Momentum> particles, double radius, double lowestPt)
{
    std::vector<PseudoJet> open;
    for (const Momentum& particle : particles) {
        if (particle.energy > 0 && particle.momentum.length() > 0) {
            open.emplace_back(particle);
        }
    }
    std::vector<Momentum> jets;
    while (!open.empty()) {
        std::size_t first = 0;
        std::size_t second = 0; // the same as the first: the beam
        double least = std::numeric_limits<double>::infinity();
        for (std::size_t i = 0; i < open.size(); ++i) {
            if (open[i].beam < least) {
                least = open[i].beam;
                first = second = i;
            }
            for (std::size_t j = 0; j < i; ++j) {
                if (const double between = distance(open[i], open[j], radius); between < least) {
                    least = between;
                    first = i;
                    second = j;
                }
            }
        }
        if (first == second) {
            jets.push_back(open[first].sum);
        } else {
            open[second] = PseudoJet(open[first].sum + open[second].sum);
        }
        open.erase(open.begin() + static_cast<std::ptrdiff_t>(first));
    }
    std::erase_if(jets, [&](const Momentum& jet) { return jet.momentum.transverse() <= lowestPt; });
    std::ranges::stable_sort(jets, std::greater{},
                             [](const Momentum& jet) { return jet.momentum.transverse(); });
    return jets;
}

} // namespace widthwise::trainer
