// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/gaussian_process.h"
#include "core/search/quick_math.h"
#include "core/space/exact_math.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace widthwise {

namespace {

constexpr double leastNoise = 1e-6;
constexpr int steps = 40; ///< of the search for the posterior's maximum

/// The posterior of a covariance's numbers, as a function of their logarithms: the scales, then signal and
/// noise.
class Posterior {
public:
    Posterior(const UnitSpace& space, const std::vector<std::vector<double>>& points,
              const std::vector<double>& values)
        : m_values(values), m_dimensions(space.dimensions().size()),
          m_pairs(values.size() * (values.size() - 1) / 2)
    {
        for (std::size_t k = 0; k < m_dimensions; ++k) {
            const bool isChoice = space.dimensions()[k].choices > 0;
            std::vector<double> distances;
            distances.reserve(m_pairs);
            for (std::size_t i = 0; i < values.size(); ++i)
                for (std::size_t j = i + 1; j < values.size(); ++j)
                    distances.push_back(squaredDistance(points[i][k], points[j][k], isChoice));
            m_distances.push_back(std::move(distances));
        }
    }

    std::size_t size() const { return m_dimensions + 2; }

    /// Up to a constant; fills the gradient.
    double logAt(const std::vector<double>& logs, std::vector<double>& gradient) const
    {
        const std::size_t n = m_values.size();
        const double signal = exactExp(logs[m_dimensions]);
        const double noise = exactExp(logs[m_dimensions + 1]) + leastNoise;
        std::vector<double> squares(m_pairs, 0.0), kernel(m_pairs), slope(m_pairs);
        for (std::size_t k = 0; k < m_dimensions; ++k) {
            const double scale = exactExp(logs[k]);
            for (std::size_t p = 0; p < m_pairs; ++p)
                squares[p] += scale * m_distances[k][p];
        }
        for (std::size_t p = 0; p < m_pairs; ++p) {
            const double r = std::sqrt(5 * squares[p]);
            const double decay = signal * quickExp(-r);
            kernel[p] = decay * (1 + r + r * r / 3);
            slope[p] = decay * (1 + r) * (-5.0 / 6); // of the kernel, by the squared distance
        }
        std::vector<double> matrix(n * n);
        for (std::size_t i = 0, p = 0; i < n; ++i) {
            matrix[i * n + i] = signal + noise;
            for (std::size_t j = i + 1; j < n; ++j)
                matrix[i * n + j] = kernel[p++];
        }
        const Triangle factor(std::move(matrix), n);
        std::vector<double> weights = m_values;
        factor.solveLower(weights, 1);
        double misfit = 0;
        for (const double weight : weights)
            misfit += weight * weight;
        factor.solveUpper(weights);
        const std::vector<double> inverse = factor.inverse();

        double trace = 0, bySignal = 0; // of weights·weightsᵀ - inverse, times the matrix's derivatives
        std::vector<double>& lever = squares;
        for (std::size_t i = 0, p = 0; i < n; ++i) {
            trace += weights[i] * weights[i] - inverse[i * n + i];
            for (std::size_t j = i + 1; j < n; ++j, ++p) {
                const double here = weights[i] * weights[j] - inverse[i * n + j];
                bySignal += here * kernel[p];
                lever[p] = here * slope[p];
            }
        }
        const double prior = logPrior(logs, gradient);
        for (std::size_t k = 0; k < m_dimensions; ++k) {
            double sum = 0;
            for (std::size_t p = 0; p < m_pairs; ++p)
                sum += lever[p] * m_distances[k][p];
            gradient[k] += exactExp(logs[k]) * sum;
        }
        gradient[m_dimensions] += bySignal + 0.5 * trace * signal;
        gradient[m_dimensions + 1] += 0.5 * trace * (noise - leastNoise);
        return prior - 0.5 * misfit - factor.halfLogDeterminant();
    }

private:
    double logPrior(const std::vector<double>& logs, std::vector<double>& gradient) const
    {
        double sum = 0;
        for (std::size_t k = 0; k < m_dimensions; ++k) {
            const double scale = exactExp(logs[k]);
            sum -= 0.1 / scale + 0.1 * scale;
            gradient[k] = 0.1 / scale - 0.1 * scale;
        }
        const double signal = exactExp(logs[m_dimensions]);
        sum += logs[m_dimensions] - signal; // Gamma(2, 1)
        gradient[m_dimensions] = 1 - signal;
        const double noise = exactExp(logs[m_dimensions + 1]) + leastNoise;
        sum += 0.1 * exactLog(noise) - 30 * noise; // Gamma(1.1, 30)
        gradient[m_dimensions + 1] = (0.1 / noise - 30) * (noise - leastNoise);
        return sum;
    }

    const std::vector<double>& m_values;
    std::size_t m_dimensions;
    std::size_t m_pairs;
    std::vector<std::vector<double>> m_distances; ///< of each dimension, of each pair of points
};

} // namespace

/// Each logarithm has a step of its own that grows while the gradient keeps its sign (Rprop).
Covariance fittedCovariance(const UnitSpace& space, const std::vector<std::vector<double>>& points,
                            const std::vector<double>& values)
{
    const Posterior posterior(space, points, values);
    const std::size_t size = posterior.size();
    std::vector<double> logs(size, 0.0), gradient(size), before(size, 0.0), step(size, 0.3);
    logs.back() = exactLog(0.01);
    std::vector<double> best = logs;
    double highest = -std::numeric_limits<double>::infinity();
    for (int i = 0; i < steps; ++i) {
        const double here = posterior.logAt(logs, gradient);
        if (here > highest) {
            highest = here;
            best = logs;
        }
        for (std::size_t k = 0; k < size; ++k) {
            const double turn = gradient[k] * before[k];
            step[k] = std::clamp(turn > 0 ? 1.2 * step[k] : turn < 0 ? 0.5 * step[k] : step[k], 1e-4, 1.0);
            logs[k] = std::clamp(logs[k] + std::copysign(step[k], gradient[k]), -12.0, 12.0);
        }
        before = gradient;
    }
    Covariance covariance;
    for (std::size_t k = 0; k + 2 < size; ++k)
        covariance.scales.push_back(exactExp(best[k]));
    covariance.signal = exactExp(best[size - 2]);
    covariance.noise = exactExp(best[size - 1]) + leastNoise;
    return covariance;
}

} // namespace widthwise
