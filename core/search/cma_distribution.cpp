// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/cma_distribution.h"

#include "core/search/eigenvectors.h"
#include "core/space/exact_math.h"

#include <algorithm>
#include <cmath>

namespace widthwise {

namespace {

/// The value that a standard normal exceeds with probability `share`, to some 4e-4; Abramowitz and Stegun
/// 26.2.23.
double normalQuantile(double share)
{
    const double t = std::sqrt(-2 * exactLog(share));
    return t -
           (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
}

double normOf(const std::vector<double>& vector)
{
    double sum = 0;
    for (const double coordinate : vector)
        sum += coordinate * coordinate;
    return std::sqrt(sum);
}

/// a·x + b·y in x.
void mix(std::vector<double>& x, double a, double b, const std::vector<double>& y)
{
    for (std::size_t i = 0; i < x.size(); ++i)
        x[i] = a * x[i] + b * y[i];
}

} // namespace

CmaDistribution::CmaDistribution(std::vector<double> mean, double deviation, std::size_t generation)
    : m_size(mean.size()), m_generation(generation), m_mean(std::move(mean)), m_path(m_size, 0.0),
      m_pathOfStep(m_size, 0.0), m_covariance(m_size * m_size, 0.0), m_step(deviation)
{
    for (std::size_t i = 0; i < m_size; ++i)
        m_covariance[i * m_size + i] = 1;
    double sum = 0, squares = 0;
    for (std::size_t i = 0; i < generation / 2; ++i) {
        m_weights.push_back(exactLog((static_cast<double>(generation) + 1) / 2) -
                            exactLog(static_cast<double>(i + 1)));
        sum += m_weights.back();
    }
    for (double& weight : m_weights) {
        weight /= sum;
        squares += weight * weight;
    }
    const auto n = static_cast<double>(m_size);
    m_effective = 1 / squares;
    m_stepRate = (m_effective + 2) / (n + m_effective + 5);
    m_stepDamping = 1 + 2 * std::max(0.0, std::sqrt((m_effective - 1) / (n + 1)) - 1) + m_stepRate;
    m_pathRate = (4 + m_effective / n) / (n + 4 + 2 * m_effective / n);
    m_rankOne = 2 / ((n + 1.3) * (n + 1.3) + m_effective);
    m_rankMany =
        std::min(1 - m_rankOne, 2 * (m_effective - 2 + 1 / m_effective) / ((n + 2) * (n + 2) + m_effective));
    m_length = std::sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n));
    decompose();
}

void CmaDistribution::decompose()
{
    Eigenvectors eigenvectors(m_covariance, m_size);
    m_axes = std::move(eigenvectors.vectors);
    m_deviations = std::move(eigenvectors.values);
    for (double& deviation : m_deviations)
        deviation = std::sqrt(std::max(deviation, 1e-20));
}

double CmaDistribution::deviation() const
{
    double largest = 0;
    for (std::size_t i = 0; i < m_size; ++i)
        largest = std::max(largest, m_covariance[i * m_size + i]);
    return m_step * std::sqrt(largest);
}

/// covariance^(-1/2) · step
std::vector<double> CmaDistribution::whitened(const std::vector<double>& step) const
{
    std::vector<double> result(m_size, 0.0);
    for (std::size_t axis = 0; axis < m_size; ++axis) {
        double along = 0;
        for (std::size_t i = 0; i < m_size; ++i)
            along += m_axes[i * m_size + axis] * step[i];
        along /= m_deviations[axis];
        for (std::size_t i = 0; i < m_size; ++i)
            result[i] += m_axes[i * m_size + axis] * along;
    }
    return result;
}

void CmaDistribution::learn(std::vector<Member> members)
{
    if (members.size() < m_weights.size())
        return;
    std::ranges::stable_sort(members, {}, &Member::value);
    const auto n = static_cast<double>(m_size);
    const double longest = std::sqrt(n) + 2 * n / (n + 2);
    std::vector<std::vector<double>> steps;
    std::vector<double> meanStep(m_size, 0.0);
    for (std::size_t i = 0; i < m_weights.size(); ++i) {
        std::vector<double> step = members[i].point;
        mix(step, 1 / m_step, -1 / m_step, m_mean);
        const double length = normOf(whitened(step));
        if (length > longest)
            mix(step, longest / length, 0, step);
        mix(meanStep, 1, m_weights[i], step);
        steps.push_back(std::move(step));
    }
    adapt(steps, meanStep);
}

void CmaDistribution::adapt(const std::vector<std::vector<double>>& steps,
                            const std::vector<double>& meanStep)
{
    const auto n = static_cast<double>(m_size);
    mix(m_mean, 1, m_step, meanStep);
    for (double& coordinate : m_mean)
        coordinate = std::clamp(coordinate, 0.0, 1.0);
    mix(m_pathOfStep, 1 - m_stepRate, std::sqrt(m_stepRate * (2 - m_stepRate) * m_effective),
        whitened(meanStep));
    m_start *= (1 - m_stepRate) * (1 - m_stepRate);
    const double length = normOf(m_pathOfStep);
    const bool grows = length / std::sqrt(1 - m_start) < (1.4 + 2 / (n + 1)) * m_length;
    mix(m_path, 1 - m_pathRate, grows ? std::sqrt(m_pathRate * (2 - m_pathRate) * m_effective) : 0.0,
        meanStep);
    const double kept = 1 - m_rankOne - m_rankMany + (grows ? 0 : m_rankOne * m_pathRate * (2 - m_pathRate));
    for (std::size_t i = 0; i < m_size; ++i)
        for (std::size_t j = 0; j < m_size; ++j) {
            double spread = 0;
            for (std::size_t k = 0; k < steps.size(); ++k)
                spread += m_weights[k] * steps[k][i] * steps[k][j];
            m_covariance[i * m_size + j] =
                kept * m_covariance[i * m_size + j] + m_rankOne * m_path[i] * m_path[j] + m_rankMany * spread;
        }
    m_step = std::min(1.0, m_step * exactExp(m_stepRate / m_stepDamping * (length / m_length - 1)));
    decompose();
}

std::vector<double> CmaDistribution::sample(Draws& draws, const std::vector<double>& grains) const
{
    const double reach = normalQuantile(0.5 / static_cast<double>(m_size * m_generation));
    std::vector<double> point(m_size);
    constexpr int attempts = 100; // to fall into the cube; then its face counts
    for (int attempt = 0; attempt < attempts; ++attempt) {
        std::ranges::fill(point, 0.0);
        for (std::size_t axis = 0; axis < m_size; ++axis) {
            const double along = m_step * m_deviations[axis] * draws.normal();
            for (std::size_t i = 0; i < m_size; ++i)
                point[i] += m_axes[i * m_size + axis] * along;
        }
        for (std::size_t i = 0; i < m_size; ++i) {
            const double deviation = m_step * std::sqrt(m_covariance[i * m_size + i]);
            const double least = grains[i] / 2 / reach;
            point[i] = m_mean[i] + (deviation < least ? point[i] * least / deviation : point[i]);
        }
        if (std::ranges::all_of(point, [](double x) { return x >= 0 && x <= 1; }))
            return point;
    }
    for (double& coordinate : point)
        coordinate = std::clamp(coordinate, 0.0, 1.0);
    return point;
}

} // namespace widthwise
