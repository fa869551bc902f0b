// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>

namespace widthwise {

using PhiloxBlock = std::array<std::uint32_t, 4>;

/// Philox 4×32-10: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC11, table 2.
PhiloxBlock philox(PhiloxBlock counter, std::array<std::uint32_t, 2> key);

/// Counter-based random numbers: the same (seed, stream, counter) gives the same number on every machine, in
/// any order, with no state to save.
std::uint64_t randomBits(std::uint64_t seed, std::uint64_t stream, std::uint64_t counter);

/// The same as a double in [0, 1) with 53 random bits.
double randomUniform(std::uint64_t seed, std::uint64_t stream, std::uint64_t counter);

} // namespace widthwise
