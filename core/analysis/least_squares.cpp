// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/least_squares.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <utility>

namespace widthwise {
namespace {

using Matrix = std::array<std::array<double, 3>, 3>;

/// The inverse of the leading `size` rows and columns, by Gauss and Jordan with pivots.
std::optional<Matrix> inverse(Matrix matrix, std::size_t size)
{
    constexpr double singular = 1e-12;
    Matrix result{};
    for (std::size_t i = 0; i < size; ++i)
        result[i][i] = 1;
    for (std::size_t column = 0; column < size; ++column) {
        std::size_t pivot = column;
        for (std::size_t row = column; row < size; ++row) {
            if (std::abs(matrix[row][column]) > std::abs(matrix[pivot][column]))
                pivot = row;
        }
        if (!(std::abs(matrix[pivot][column]) > singular))
            return std::nullopt;
        std::swap(matrix[pivot], matrix[column]);
        std::swap(result[pivot], result[column]);
        const double scale = 1 / matrix[column][column];
        for (std::size_t i = 0; i < size; ++i) {
            matrix[column][i] *= scale;
            result[column][i] *= scale;
        }
        for (std::size_t row = 0; row < size; ++row) {
            const double factor = matrix[row][column];
            for (std::size_t i = 0; i < size && row != column; ++i) {
                matrix[row][i] -= factor * matrix[column][i];
                result[row][i] -= factor * result[column][i];
            }
        }
    }
    return result;
}

/// The probability that |t| < `t`, by the finite series of Abramowitz and Stegun, 26.7.3 and 26.7.4.
double studentProbability(double t, int degreesOfFreedom)
{
    const double n = degreesOfFreedom;
    const double angle = std::atan(t / std::sqrt(n));
    const double cosine2 = n / (n + t * t);
    const bool odd = degreesOfFreedom % 2 == 1;
    double term = odd ? std::cos(angle) : 1;
    double sum = 0;
    for (int i = odd ? 3 : 2; i <= degreesOfFreedom; i += 2) {
        sum += term;
        term *= cosine2 * (i - 1) / i;
    }
    return odd ? 2 / std::numbers::pi * (angle + std::sin(angle) * sum) : std::sin(angle) * sum;
}

} // namespace

std::optional<Polynomial> fitPolynomial(std::span<const Sample> samples, std::size_t degree)
{
    double weights = 0;
    Polynomial fit;
    for (const Sample& sample : samples) {
        weights += sample.weight;
        fit.origin += sample.weight * sample.x;
    }
    fit.origin /= weights;
    double reach = 0;
    for (const Sample& sample : samples)
        reach = std::max(reach, std::abs(sample.x - fit.origin));
    if (!(reach > 0))
        return std::nullopt;

    // In units of the reach and of the mean weight, so that a singular matrix is told by its size.
    const std::size_t size = degree + 1;
    const double unit = weights / static_cast<double>(samples.size());
    Matrix normal{};
    std::array<double, 3> right{};
    for (const Sample& sample : samples) {
        const double u = (sample.x - fit.origin) / reach;
        const std::array<double, 3> powers{1, u, u * u};
        for (std::size_t i = 0; i < size; ++i) {
            right[i] += sample.weight / unit * powers[i] * sample.y;
            for (std::size_t j = 0; j < size; ++j)
                normal[i][j] += sample.weight / unit * powers[i] * powers[j];
        }
    }
    const std::optional<Matrix> inverted = inverse(normal, size);
    if (!inverted)
        return std::nullopt;
    const std::array<double, 3> scales{1, 1 / reach, 1 / (reach * reach)};
    for (std::size_t i = 0; i < size; ++i) {
        for (std::size_t j = 0; j < size; ++j) {
            fit.coefficients[i] += (*inverted)[i][j] * right[j] * scales[i];
            fit.covariance[i][j] = (*inverted)[i][j] * scales[i] * scales[j] / unit;
        }
    }
    for (const Sample& sample : samples) {
        const double u = sample.x - fit.origin;
        const auto [a, b, c] = fit.coefficients;
        const double residual = sample.y - (a + u * (b + u * c));
        fit.squares += sample.weight * residual * residual;
    }
    fit.degreesOfFreedom = static_cast<int>(samples.size()) - static_cast<int>(size);
    return fit;
}

double studentTail(double t, int degreesOfFreedom)
{
    return (1 - studentProbability(t, degreesOfFreedom)) / 2;
}

double student95(int degreesOfFreedom)
{
    if (degreesOfFreedom <= 0)
        return std::numeric_limits<double>::infinity();
    constexpr int likeNormal = 1000000;
    if (degreesOfFreedom > likeNormal)
        return normal95;
    double low = normal95;
    double high = 13; // 12.7 for one degree of freedom
    for (int i = 0; i < 60; ++i) {
        const double middle = (low + high) / 2;
        (studentProbability(middle, degreesOfFreedom) < 0.95 ? low : high) = middle;
    }
    return low;
}

} // namespace widthwise
