// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/families/jets/track_pairs.h"

#include "core/trainer/compute/ragged_kernels.h"
#include "core/trainer/families/jets/simulation.h"

#include <algorithm>

namespace widthwise::trainer {

namespace {

/// Calls body(i, j) for each ordered pair of different tracks of a jet.
template <typename Body>
void forEachPair(const std::vector<std::int64_t>& offsets, const Body& body)
{
    for (std::size_t jet = 0; jet + 1 < offsets.size(); ++jet) {
        const auto first = static_cast<std::size_t>(offsets[jet]);
        const auto end = static_cast<std::size_t>(offsets[jet + 1]);
        for (std::size_t i = first; i < end; ++i) {
            for (std::size_t j = first; j < end; ++j) {
                if (i != j) {
                    body(i, j);
                }
            }
        }
    }
}

bool match(std::int32_t vertex, std::int32_t other)
{
    return vertex >= 0 && vertex == other;
}

int heaviness(std::int64_t origin)
{
    switch (static_cast<Origin>(origin)) {
    case Origin::FromB:
    case Origin::FromBC:
    case Origin::FromC:
        return 1;
    case Origin::Fake:
        return -1;
    default:
        return 0;
    }
}

} // namespace

template <typename Real>
PairTargets<Real> pairTargets(const JetBatch& batch)
{
    std::vector<int> heavy(batch.origins.size());
    std::ranges::transform(batch.origins, heavy.begin(), heaviness);
    const auto pairs = static_cast<std::size_t>(pairCount(batch.offsets));
    PairTargets<Real> targets{std::vector<Real>(pairs), std::vector<Real>(pairs)};
    std::size_t pair = 0;
    forEachPair(batch.offsets, [&](std::size_t i, std::size_t j) {
        targets.matches[pair] = match(batch.vertices[i], batch.vertices[j]) ? 1 : 0;
        targets.weights[pair] = static_cast<Real>(1 + (heavy[i] & heavy[j]));
        ++pair;
    });
    return targets;
}

double matchCount(const JetBatch& batch)
{
    double count = 0;
    if (!batch.vertices.empty()) {
        forEachPair(batch.offsets, [&](std::size_t i, std::size_t j) {
            count += match(batch.vertices[i], batch.vertices[j]) ? 1 : 0;
        });
    }
    return count;
}

template PairTargets<float> pairTargets(const JetBatch&);
template PairTargets<double> pairTargets(const JetBatch&);

} // namespace widthwise::trainer
