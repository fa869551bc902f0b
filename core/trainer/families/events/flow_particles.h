// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/families/events/event_layout.h"

#include <span>

namespace widthwise::trainer {

/// What the model says of one element.
struct FlowPrediction {
    std::span<const float> binary;   ///< 2 logits: no particle, a particle
    std::span<const float> species;  ///< a logit per class
    std::span<const float> momentum; ///< 5: ln pt/pt_element, η, sin φ, cos φ, ln E/E_element
};

/// The particle that is made of it; class 0 and all zero where there is none. Momenta are limited to e^±20 of
/// the element's.
TargetRow particleOf(const ElementRow& element, const FlowPrediction& prediction);

} // namespace widthwise::trainer
