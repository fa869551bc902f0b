// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/parzen_density.h"

#include "core/search/quick_math.h"
#include "core/space/exact_math.h"

#include <algorithm>
#include <cmath>

namespace widthwise {

namespace {

constexpr std::size_t equalWeights = 25; ///< so many of the latest points weigh the same
constexpr double priorWeight = 1;

/// The mass of a normal distribution within the cube.
double massInside(double centre, double deviation)
{
    return 1 - normalTail(centre / deviation) - normalTail((1 - centre) / deviation);
}

/// From 1/n for the oldest up to 1.
std::vector<double> weightsOf(std::size_t points)
{
    std::vector<double> weights(points, 1.0);
    for (std::size_t i = 0; i + equalWeights < points; ++i) {
        const double oldest = 1.0 / static_cast<double>(points);
        const auto ramp = static_cast<double>(points - equalWeights);
        weights[i] = oldest + (1 - oldest) * static_cast<double>(i) / ramp;
    }
    return weights;
}

} // namespace

ParzenDensity::ParzenDensity(const UnitSpace& space, std::vector<std::size_t> dimensions,
                             const std::vector<std::span<const double>>& points)
    : m_space(space), m_dimensions(std::move(dimensions)), m_weights(weightsOf(points.size())),
      m_ownChoice(static_cast<double>(points.size() + 1) / priorWeight)
{
    m_weights.push_back(priorWeight);
    double sum = 0;
    for (const double weight : m_weights)
        sum += weight;
    for (double& weight : m_weights) {
        weight /= sum;
        m_logWeights.push_back(exactLog(weight));
    }
    for (const std::span<const double> point : points)
        for (const std::size_t dimension : m_dimensions)
            m_kernels.push_back({point[dimension], 0});
    for (std::size_t i = 0; i < m_dimensions.size(); ++i)
        m_kernels.push_back({0.5, 1});
    for (std::size_t column = 0; column < m_dimensions.size(); ++column)
        spread(column, points.size());
}

/// As wide as Scott's rule for so many points in so many dimensions, and never narrower than a value's share.
void ParzenDensity::spread(std::size_t column, std::size_t points)
{
    const std::size_t width = m_dimensions.size();
    const UnitSpace::Dimension& dimension = m_space.dimensions()[m_dimensions[column]];
    const double n = std::max(static_cast<double>(points), 1.0);
    const double scott = 0.2 * exactExp(-exactLog(n) / (static_cast<double>(width) + 4));
    const double least = std::max(1 / std::min(100.0, 1 + n), dimension.grain / 2);
    for (std::size_t kernel = 0; kernel <= points; ++kernel) {
        Kernel& here = m_kernels[kernel * width + column];
        if (kernel < points)
            here.deviation = std::clamp(scott, std::min(1.0, least), 1.0);
        if (dimension.choices > 0)
            m_logWeights[kernel] += kernel < points
                                        ? -exactLog(m_ownChoice + static_cast<double>(dimension.choices))
                                        : -exactLog(static_cast<double>(dimension.choices));
        else
            m_logWeights[kernel] -= exactLog(massInside(here.centre, here.deviation) * here.deviation);
    }
}

double ParzenDensity::sampleRange(const Kernel& kernel, Draws& draws)
{
    while (true) {
        const double coordinate = kernel.centre + kernel.deviation * draws.normal();
        if (coordinate >= 0 && coordinate <= 1)
            return coordinate;
    }
}

void ParzenDensity::sample(Draws& draws, std::span<double> point) const
{
    double rest = draws.uniform();
    std::size_t kernel = 0;
    while (kernel + 1 < m_weights.size() && rest >= m_weights[kernel])
        rest -= m_weights[kernel++];
    for (std::size_t column = 0; column < m_dimensions.size(); ++column) {
        const UnitSpace::Dimension& dimension = m_space.dimensions()[m_dimensions[column]];
        const Kernel& own = m_kernels[kernel * m_dimensions.size() + column];
        double& coordinate = point[m_dimensions[column]];
        if (dimension.choices == 0) {
            coordinate = sampleRange(own, draws);
            continue;
        }
        const auto choices = static_cast<double>(dimension.choices);
        const bool covers = kernel + 1 == m_weights.size();
        const bool keeps = !covers && draws.uniform() * (m_ownChoice + choices) < m_ownChoice;
        coordinate =
            keeps ? own.centre : (static_cast<double>(draws.index(dimension.choices)) + 0.5) / choices;
    }
}

double ParzenDensity::logDensity(std::span<const double> point) const
{
    const std::size_t kernels = m_weights.size(), width = m_dimensions.size();
    const double logOwn = exactLog(m_ownChoice + 1);
    std::vector<double> terms = m_logWeights;
    for (std::size_t column = 0; column < width; ++column) {
        const std::size_t choices = m_space.dimensions()[m_dimensions[column]].choices;
        const double coordinate = point[m_dimensions[column]];
        for (std::size_t kernel = 0; kernel < kernels; ++kernel) {
            const Kernel& own = m_kernels[kernel * width + column];
            const double distance = coordinate - own.centre;
            if (choices == 0)
                terms[kernel] -= distance * distance / (2 * own.deviation * own.deviation);
            else if (kernel + 1 < kernels && std::abs(distance) * static_cast<double>(choices) < 0.5)
                terms[kernel] += logOwn;
        }
    }
    const double largest = std::ranges::max(terms);
    double sum = 0;
    for (const double term : terms)
        sum += quickExp(term - largest);
    return largest + exactLog(sum);
}

} // namespace widthwise
