// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace widthwise::trainer {

/// Draws one after another from one (seed, stream) of the counter-based generator in core/search/random.h,
/// the only thing that the trainer shares with the rest of core.
class RandomStream {
public:
    RandomStream(std::uint64_t seed, std::uint64_t stream) : m_seed(seed), m_stream(stream) {}

    double uniform(); ///< in [0, 1)
    double uniform(double low, double high) { return low + (high - low) * uniform(); }
    double exponential(); ///< mean 1
    double normal();      ///< mean 0, deviation 1
    int poisson(double mean);
    bool chance(double probability) { return uniform() < probability; }
    /// An index with the given weights, which add up to 1.
    std::size_t choose(std::span<const double> weights);
    std::uint64_t below(std::uint64_t bound); ///< 0 … bound − 1

private:
    std::uint64_t m_seed;
    std::uint64_t m_stream;
    std::uint64_t m_counter = 0;
};

/// A stream number for a name and a number, e.g. ("order", epoch): streams of different names never meet in
/// practice.
std::uint64_t streamOf(std::string_view name, std::uint64_t number = 0);

/// 0 … size − 1 in an order that (seed, stream) alone fixes (Fisher–Yates).
std::vector<std::uint32_t> shuffled(std::uint32_t size, std::uint64_t seed, std::uint64_t stream);

} // namespace widthwise::trainer
