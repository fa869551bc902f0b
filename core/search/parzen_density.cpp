// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/parzen_density.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace widthwise {

namespace {

constexpr std::size_t equalWeights = 25; ///< so many of the latest points weigh the same
constexpr double priorWeight = 1;

double normalMass(double from, double to)
{
    return (std::erf(to / std::numbers::sqrt2) - std::erf(from / std::numbers::sqrt2)) / 2;
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
    for (double& weight : m_weights)
        weight /= sum;
    for (const std::span<const double> point : points)
        for (const std::size_t dimension : m_dimensions)
            m_kernels.push_back({point[dimension], 0, 0});
    for (std::size_t i = 0; i < m_dimensions.size(); ++i)
        m_kernels.push_back({0.5, 1, 0});
    for (std::size_t column = 0; column < m_dimensions.size(); ++column)
        spread(column, points.size());
}

/// As wide as Scott's rule for so many points in so many dimensions, and never narrower than a value's share.
void ParzenDensity::spread(std::size_t column, std::size_t points)
{
    const std::size_t width = m_dimensions.size();
    const UnitSpace::Dimension& dimension = m_space.dimensions()[m_dimensions[column]];
    const auto n = static_cast<double>(points);
    const double scott = 0.2 * std::pow(std::max(n, 1.0), -1.0 / (static_cast<double>(width) + 4));
    const double least = std::max(1 / std::min(100.0, 1 + n), dimension.grain / 2);
    for (std::size_t kernel = 0; kernel <= points; ++kernel) {
        Kernel& here = m_kernels[kernel * width + column];
        if (kernel < points)
            here.deviation = std::clamp(scott, std::min(1.0, least), 1.0);
        here.logNorm =
            -std::log(normalMass(-here.centre / here.deviation, (1 - here.centre) / here.deviation));
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

double ParzenDensity::logKernel(std::size_t kernel, std::size_t column, double coordinate) const
{
    const UnitSpace::Dimension& dimension = m_space.dimensions()[m_dimensions[column]];
    const Kernel& own = m_kernels[kernel * m_dimensions.size() + column];
    if (dimension.choices == 0) {
        const double distance = (coordinate - own.centre) / own.deviation;
        return own.logNorm - distance * distance / 2 - std::log(own.deviation);
    }
    const auto choices = static_cast<double>(dimension.choices);
    if (kernel + 1 == m_weights.size())
        return -std::log(choices);
    const bool same = std::abs(coordinate - own.centre) * choices < 0.5;
    return std::log(((same ? m_ownChoice : 0) + 1) / (m_ownChoice + choices));
}

double ParzenDensity::logDensity(std::span<const double> point) const
{
    std::vector<double> terms(m_weights.size());
    for (std::size_t kernel = 0; kernel < m_weights.size(); ++kernel) {
        terms[kernel] = std::log(m_weights[kernel]);
        for (std::size_t column = 0; column < m_dimensions.size(); ++column)
            terms[kernel] += logKernel(kernel, column, point[m_dimensions[column]]);
    }
    const double largest = std::ranges::max(terms);
    double sum = 0;
    for (const double term : terms)
        sum += std::exp(term - largest);
    return largest + std::log(sum);
}

} // namespace widthwise
