// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/gaussian_process.h"

#include "core/search/quick_math.h"
#include "core/space/exact_math.h"

#include <algorithm>
#include <cmath>

namespace widthwise {

namespace {

/// Of scaled squared distances, in place: Matérn 5/2 without its variance.
void correlate(std::span<double> squares)
{
    for (double& square : squares) {
        const double r = std::sqrt(5 * square);
        square = (1 + r + r * r / 3) * quickExp(-r);
    }
}

} // namespace

double squaredDistance(double a, double b, bool isChoice)
{
    const bool here = !std::isnan(a), there = !std::isnan(b);
    if (!here || !there)
        return here == there ? 0 : 1;
    if (isChoice)
        return std::abs(a - b) < 1e-9 ? 0 : 1;
    return (a - b) * (a - b);
}

GaussianProcess::GaussianProcess(const UnitSpace& space, Covariance covariance,
                                 std::vector<std::vector<double>> points, std::vector<double> values)
    : m_covariance(std::move(covariance)), m_points(std::move(points)), m_values(std::move(values))
{
    for (const UnitSpace::Dimension& dimension : space.dimensions())
        m_isChoice.push_back(dimension.choices > 0);
    factorize();
}

void GaussianProcess::factorize()
{
    const std::size_t n = m_points.size();
    std::vector<double> matrix(n * n);
    std::vector<double> row(n);
    for (std::size_t i = 0; i < n; ++i) {
        relate(m_points[i], row.data(), 1);
        std::copy(row.begin() + std::ptrdiff_t(i), row.end(), matrix.begin() + std::ptrdiff_t(i * n + i));
        matrix[i * n + i] = m_covariance.signal + m_covariance.noise;
    }
    m_factor = Triangle(std::move(matrix), n);
    m_solved = m_values;
    m_factor.solveLower(m_solved, 1);
    m_factor.solveUpper(m_solved);
}

void GaussianProcess::relate(std::span<const double> point, double* out, std::size_t stride) const
{
    std::vector<double> row(m_points.size());
    for (std::size_t i = 0; i < m_points.size(); ++i) {
        double sum = 0;
        for (std::size_t k = 0; k < m_isChoice.size(); ++k)
            sum += m_covariance.scales[k] * squaredDistance(point[k], m_points[i][k], m_isChoice[k]);
        row[i] = sum;
    }
    correlate(row);
    for (std::size_t i = 0; i < row.size(); ++i)
        out[i * stride] = m_covariance.signal * row[i];
}

std::vector<double> GaussianProcess::means(const std::vector<std::vector<double>>& points) const
{
    std::vector<double> result;
    std::vector<double> row(m_points.size());
    for (const std::vector<double>& point : points) {
        relate(point, row.data(), 1);
        double mean = 0;
        for (std::size_t i = 0; i < row.size(); ++i)
            mean += row[i] * m_solved[i];
        result.push_back(mean);
    }
    return result;
}

std::vector<Prediction> GaussianProcess::predict(const std::vector<std::vector<double>>& points) const
{
    const std::size_t n = m_points.size(), count = points.size();
    std::vector<double> near(n * count);
    for (std::size_t c = 0; c < count; ++c)
        relate(points[c], near.data() + c, count);
    std::vector<Prediction> result(count);
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t c = 0; c < count; ++c)
            result[c].mean += near[i * count + c] * m_solved[i];
    m_factor.solveLower(near, count);
    std::vector<double> explained(count, 0.0);
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t c = 0; c < count; ++c)
            explained[c] += near[i * count + c] * near[i * count + c];
    for (std::size_t c = 0; c < count; ++c)
        result[c].deviation = std::sqrt(std::max(m_covariance.signal - explained[c], 1e-12));
    return result;
}

Prediction GaussianProcess::predict(std::span<const double> point) const
{
    return predict(std::vector<std::vector<double>>{{point.begin(), point.end()}}).front();
}

void GaussianProcess::believe(const std::vector<std::vector<double>>& points)
{
    const std::vector<double> believed = means(points); // which knowing one of them does not change
    m_values.insert(m_values.end(), believed.begin(), believed.end());
    m_points.insert(m_points.end(), points.begin(), points.end());
    factorize();
}

double logExpectedImprovement(const Prediction& prediction, double best)
{
    const double z = (best - prediction.mean) / prediction.deviation;
    const double logDensity = logNormalDensity(z);
    double logGain = 0;
    if (z > -1)
        logGain = exactLog(exactExp(logDensity) + z * normalTail(-z));
    else if (z > -30)
        logGain = logDensity + exactLog(1 + z * millsRatio(-z));
    else
        logGain = logDensity - 2 * exactLog(-z);
    return logGain + exactLog(prediction.deviation);
}

} // namespace widthwise
