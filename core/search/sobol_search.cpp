// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/sobol_search.h"

#include "core/search/random.h"

#include <boost/random/sobol.hpp>

namespace widthwise {

namespace {

std::uint32_t reversed(std::uint32_t bits)
{
    bits = (bits >> 1 & 0x55555555U) | (bits & 0x55555555U) << 1;
    bits = (bits >> 2 & 0x33333333U) | (bits & 0x33333333U) << 2;
    bits = (bits >> 4 & 0x0F0F0F0FU) | (bits & 0x0F0F0F0FU) << 4;
    bits = (bits >> 8 & 0x00FF00FFU) | (bits & 0x00FF00FFU) << 8;
    return bits >> 16 | bits << 16;
}

/// A hash in which each bit depends on lower bits alone (Burley 2020, listing 3).
std::uint32_t permuted(std::uint32_t bits, std::uint32_t seed)
{
    bits ^= bits * 0x3d20adeaU;
    bits += seed;
    bits *= (seed >> 16) | 1U;
    bits ^= bits * 0x05526c56U;
    bits ^= bits * 0x53a22864U;
    return bits;
}

} // namespace

std::vector<std::vector<double>> sobolPoints(std::size_t dimensions, std::uint64_t first, std::size_t count,
                                             std::uint64_t seed)
{
    std::vector<std::vector<double>> points(count, std::vector<double>(dimensions));
    if (dimensions == 0)
        return points;
    std::vector<std::uint32_t> keys;
    for (std::size_t i = 0; i < dimensions; ++i)
        keys.push_back(static_cast<std::uint32_t>(randomBits(seed, 0, i)));
    boost::random::sobol_engine<std::uint32_t, 32> sequence(dimensions);
    sequence.discard(first * dimensions);
    for (std::vector<double>& point : points)
        for (std::size_t i = 0; i < dimensions; ++i)
            point[i] = (reversed(permuted(reversed(sequence()), keys[i])) + 0.5) * 0x1p-32;
    return points;
}

std::vector<double> sobolPoint(std::size_t dimensions, std::uint64_t index, std::uint64_t seed)
{
    return sobolPoints(dimensions, index, 1, seed).front();
}

Proposal SobolSearch::propose(const History& history)
{
    return m_space.decode(sobolPoint(m_space.dimensions().size(), history.proposals(), m_seed));
}

} // namespace widthwise
