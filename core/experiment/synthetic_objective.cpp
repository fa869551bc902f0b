// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/synthetic_objective.h"

#include "core/search/random.h"

#include <algorithm>
#include <cmath>

namespace widthwise {

namespace {

constexpr std::uint64_t stream = 0x626f776c; ///< of random numbers; "bowl"
constexpr double decay = 0.5;                ///< of the loss with the steps
constexpr double spread = 0.01;              ///< of the noise

} // namespace

SyntheticObjective::SyntheticObjective(SearchSpace space, std::int64_t length, double diverging,
                                       std::uint64_t seed)
    : m_length(std::max<std::int64_t>(length, 1)), m_diverging(diverging)
{
    std::uint64_t count = 0;
    for (const Parameter* parameter : space.varied()) {
        const double best = 0.2 + 0.5 * randomUniform(seed, stream, count++);
        const double weight = std::exp2(-3 * randomUniform(seed, stream, count++));
        m_axes.push_back({*parameter, best, weight});
    }
}

std::optional<double> SyntheticObjective::operator()(const Configuration& configuration, std::int64_t step,
                                                     std::uint64_t noise) const
{
    double distance = 0;
    for (const Axis& axis : m_axes) {
        const Value* value = configuration.find(axis.parameter.name);
        if (!value)
            continue;
        const double position = positionOf(axis.parameter.domain, *value);
        if (&axis == &m_axes.front() && position > 1 - m_diverging && step * 10 >= m_length)
            return std::nullopt;
        distance += axis.weight * (position - axis.best) * (position - axis.best);
    }
    const double part = static_cast<double>(step) / static_cast<double>(m_length);
    const double far = std::pow(part, -decay) - 1;
    const double chance = randomUniform(noise, stream, static_cast<std::uint64_t>(step)) - 0.5;
    return distance + (0.1 + distance / 2) * far + spread * far * chance;
}

} // namespace widthwise
