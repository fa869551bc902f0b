// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/families/events/flow_particles.h"

#include <algorithm>
#include <cmath>

namespace widthwise::trainer {

namespace {

std::size_t highest(std::span<const float> logits)
{
    return static_cast<std::size_t>(std::ranges::max_element(logits) - logits.begin());
}

float raised(float logarithm)
{
    constexpr float limit = 20;
    return std::exp(std::clamp(logarithm, -limit, limit));
}

float chargeOn(const ElementRow& row)
{
    return !isTrack(row) ? 0.0F : row[track::Omega] > 0 ? 1.0F : -1.0F;
}

} // namespace

TargetRow particleOf(const ElementRow& row, const FlowPrediction& prediction)
{
    const std::size_t species = highest(prediction.species);
    if (highest(prediction.binary) == 0 || species == 0) {
        return {};
    }
    const float sine = prediction.momentum[2];
    const float cosine = prediction.momentum[3];
    const float phi = std::atan2(sine, cosine);
    return {static_cast<float>(species),
            chargeOn(row),
            row[element::Pt] * raised(prediction.momentum[0]),
            prediction.momentum[1],
            std::sin(phi),
            std::cos(phi),
            row[element::Energy] * raised(prediction.momentum[4])};
}

} // namespace widthwise::trainer
