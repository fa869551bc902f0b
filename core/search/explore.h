// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/draws.h"
#include "core/space/search_space.h"

#include <cstddef>
#include <cstdint>
#include <string>

namespace widthwise {

/// A configuration beside another one, as population-based training explores: each number times 0.8 or 1.2,
/// within its bounds, or, with probability `resample`, any value of its domain; choices are kept or drawn
/// anew. Jaderberg et al., arXiv:1711.09846, with Ray's resampling.
Configuration explored(const Configuration& from, const SearchSpace& space, double resample, Draws draws);

/// What the copy with this number is given, in a search with this seed.
Draws drawsOfCopy(std::uint64_t seed, std::size_t trial);

/// "max_lr 0.1 → 0.12, dropout 0.2 → 0.16": what differs.
std::string differences(const Configuration& before, const Configuration& after);

} // namespace widthwise
