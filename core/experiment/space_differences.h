// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/space/search_space.h"

#include <string>
#include <vector>

namespace widthwise {

/// One thing that differs between the spaces of a started experiment, before and after a change.
struct SpaceDifference {
    std::vector<std::string> path; ///< keys of the file: `space`, the parameter, what of it
    std::string text;              ///< "0.1 → 0.3", "adamw added"
    std::string refusal;           ///< why it cannot be changed, and what to do; empty where it can
};

/// Bounds, scale, step and choices may change, as what is known of a value stays known. A parameter may
/// neither come nor go, nor get another type, another condition or another fixed value.
std::vector<SpaceDifference> spaceDifferences(const SearchSpace& before, const SearchSpace& after);

} // namespace widthwise
