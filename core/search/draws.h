// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/random.h"
#include "core/space/exact_math.h"

#include <cmath>

namespace widthwise {

/// Random numbers one after another, from a stream of their own: no state beyond a counter, so that the n-th
/// number of a stream is the same whatever else was drawn.
class Draws {
public:
    Draws(std::uint64_t seed, std::uint64_t stream) : m_seed(seed), m_stream(stream) {}

    double uniform() { return randomUniform(m_seed, m_stream, m_counter++); }
    /// Below `n`, which is at least 1.
    std::size_t index(std::size_t n) { return static_cast<std::size_t>(uniform() * static_cast<double>(n)); }
    /// Standard normal, by Marsaglia's polar method: nothing in it depends on the C library.
    double normal()
    {
        while (true) {
            const double x = 2 * uniform() - 1, y = 2 * uniform() - 1;
            const double square = x * x + y * y;
            if (square > 0 && square < 1)
                return x * std::sqrt(-2 * exactLog(square) / square);
        }
    }

private:
    std::uint64_t m_seed;
    std::uint64_t m_stream;
    std::uint64_t m_counter = 0;
};

} // namespace widthwise
