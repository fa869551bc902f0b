// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/data/random_stream.h"

#include "core/search/random.h"

#include <cmath>
#include <numbers>
#include <numeric>
#include <utility>

namespace widthwise::trainer {

double RandomStream::uniform()
{
    return randomUniform(m_seed, m_stream, m_counter++);
}

double RandomStream::exponential()
{
    return -std::log1p(-uniform());
}

double RandomStream::normal()
{
    const double radius = std::sqrt(2 * exponential());
    return radius * std::cos(2 * std::numbers::pi * uniform());
}

int RandomStream::poisson(double mean)
{
    const double limit = std::exp(-mean);
    int count = 0;
    for (double product = uniform(); product > limit; product *= uniform()) {
        ++count;
    }
    return count;
}

std::size_t RandomStream::choose(std::span<const double> weights)
{
    double left = uniform();
    std::size_t index = 0;
    while (index + 1 < weights.size() && left >= weights[index]) {
        left -= weights[index++];
    }
    return index;
}

std::uint64_t RandomStream::below(std::uint64_t bound)
{
    return static_cast<std::uint64_t>(uniform() * static_cast<double>(bound));
}

std::uint64_t streamOf(std::string_view name, std::uint64_t number)
{
    std::uint64_t hash = 0xcbf29ce484222325; // FNV-1a
    for (const char character : name) {
        hash = (hash ^ static_cast<unsigned char>(character)) * 0x100000001b3;
    }
    return hash + number;
}

std::vector<std::uint32_t> shuffled(std::uint32_t size, std::uint64_t seed, std::uint64_t stream)
{
    std::vector<std::uint32_t> order(size);
    std::iota(order.begin(), order.end(), 0U);
    RandomStream random(seed, stream);
    for (std::uint32_t left = size; left > 1; --left) {
        std::swap(order[left - 1], order[random.below(left)]);
    }
    return order;
}

} // namespace widthwise::trainer
