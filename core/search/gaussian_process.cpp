// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/gaussian_process.h"

#include <Eigen/Dense>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace widthwise {

namespace {

using Matrix = Eigen::MatrixXd;
using Vector = Eigen::VectorXd;

constexpr double leastNoise = 1e-6;
constexpr int steps = 60; ///< of the search for the posterior's maximum

double squaredDistance(double a, double b, bool isChoice)
{
    const bool here = !std::isnan(a), there = !std::isnan(b);
    if (!here || !there)
        return here == there ? 0 : 1;
    if (isChoice)
        return std::abs(a - b) < 1e-9 ? 0 : 1;
    return (a - b) * (a - b);
}

/// 1/length² per dimension, signal variance, noise variance; as logarithms, so that all are free.
struct Parameters {
    Vector logs;
    double scale(Eigen::Index dimension) const { return std::exp(logs[dimension]); }
    double signal() const { return std::exp(logs[logs.size() - 2]); }
    double noise() const { return std::exp(logs[logs.size() - 1]) + leastNoise; }
};

/// The logarithm of the prior, and its gradient with respect to the logarithms.
double logPrior(const Parameters& parameters, Vector& gradient)
{
    const Eigen::Index dimensions = parameters.logs.size() - 2;
    double sum = 0;
    for (Eigen::Index i = 0; i < dimensions; ++i) {
        const double x = parameters.scale(i);
        sum -= 0.1 / x + 0.1 * x;
        gradient[i] = 0.1 / x - 0.1 * x;
    }
    const double signal = parameters.signal();
    sum += std::log(signal) - signal; // Gamma(2, 1)
    gradient[dimensions] = 1 - signal;
    const double noise = parameters.noise();
    sum += 0.1 * std::log(noise) - 30 * noise; // Gamma(1.1, 30)
    gradient[dimensions + 1] = (0.1 / noise - 30) * (noise - leastNoise);
    return sum;
}

} // namespace

struct GaussianProcess::Private {
    std::vector<bool> isChoice;
    std::vector<std::vector<double>> points;
    Vector values;
    Parameters parameters;
    Matrix factor; ///< lower triangle of the covariance's Cholesky decomposition
    Vector solved; ///< covariance⁻¹ · values

    Eigen::Index dimensions() const { return static_cast<Eigen::Index>(isChoice.size()); }

    double scaledDistance(std::span<const double> a, std::span<const double> b) const
    {
        double sum = 0;
        for (std::size_t i = 0; i < isChoice.size(); ++i)
            sum += parameters.scale(static_cast<Eigen::Index>(i)) * squaredDistance(a[i], b[i], isChoice[i]);
        return sum;
    }

    static double matern(double square)
    {
        const double r = std::sqrt(5 * square);
        return (1 + r + r * r / 3) * std::exp(-r);
    }

    double covariance(std::span<const double> a, std::span<const double> b) const
    {
        return parameters.signal() * matern(scaledDistance(a, b));
    }

    void factorize()
    {
        const auto n = static_cast<Eigen::Index>(points.size());
        Matrix full(n, n);
        for (Eigen::Index i = 0; i < n; ++i)
            for (Eigen::Index j = 0; j <= i; ++j)
                full(i, j) =
                    covariance(points[static_cast<std::size_t>(i)], points[static_cast<std::size_t>(j)]);
        full.diagonal().array() += parameters.noise();
        factor = full.selfadjointView<Eigen::Lower>().llt().matrixL();
        solve();
    }

    void solve()
    {
        solved = factor.triangularView<Eigen::Lower>().solve(values);
        factor.triangularView<Eigen::Lower>().adjoint().solveInPlace(solved);
    }

    /// Up to a constant; the gradient is with respect to the logarithms of the parameters.
    double logPosterior(const std::vector<Matrix>& distances, Vector& gradient) const;
    void fit();
};

double GaussianProcess::Private::logPosterior(const std::vector<Matrix>& distances, Vector& gradient) const
{
    const Eigen::Index n = values.size();
    Matrix square = Matrix::Zero(n, n);
    for (Eigen::Index i = 0; i < dimensions(); ++i)
        square += parameters.scale(i) * distances[static_cast<std::size_t>(i)];
    const Eigen::ArrayXXd r = (5 * square.array()).sqrt();
    const Eigen::ArrayXXd decay = parameters.signal() * (-r).exp();
    const Matrix kernel = (decay * (1 + r + r.square() / 3)).matrix();
    const Matrix slope = (decay * (1 + r) * (-5.0 / 6)).matrix(); // of the kernel, by the squared distance
    Matrix covariance = kernel;
    covariance.diagonal().array() += parameters.noise();
    const Eigen::LLT<Matrix> decomposition(covariance);
    const Vector weights = decomposition.solve(values);
    const Matrix inverse = decomposition.solve(Matrix::Identity(n, n));
    const Matrix lever = weights * weights.transpose() - inverse;

    const double prior = logPrior(parameters, gradient);
    const Matrix weighted = lever.cwiseProduct(slope);
    for (Eigen::Index i = 0; i < dimensions(); ++i)
        gradient[i] +=
            0.5 * parameters.scale(i) * weighted.cwiseProduct(distances[static_cast<std::size_t>(i)]).sum();
    gradient[dimensions()] += 0.5 * lever.cwiseProduct(kernel).sum();
    gradient[dimensions() + 1] += 0.5 * lever.trace() * (parameters.noise() - leastNoise);
    const Matrix lower = decomposition.matrixL();
    return prior - 0.5 * values.dot(weights) - lower.diagonal().array().log().sum();
}

/// Each logarithm has a step of its own that grows while the gradient keeps its sign (Rprop): a fixed number
/// of steps from a fixed start.
void GaussianProcess::Private::fit()
{
    const Eigen::Index n = values.size();
    std::vector<Matrix> distances(isChoice.size(), Matrix(n, n));
    for (Eigen::Index i = 0; i < n; ++i)
        for (Eigen::Index j = 0; j < n; ++j)
            for (std::size_t k = 0; k < isChoice.size(); ++k)
                distances[k](i, j) = squaredDistance(points[static_cast<std::size_t>(i)][k],
                                                     points[static_cast<std::size_t>(j)][k], isChoice[k]);
    parameters.logs = Vector::Zero(dimensions() + 2);
    parameters.logs[dimensions() + 1] = std::log(0.01);
    Vector gradient(dimensions() + 2), before = Vector::Zero(dimensions() + 2);
    Vector step = Vector::Constant(dimensions() + 2, 0.3);
    Vector best = parameters.logs;
    double highest = -std::numeric_limits<double>::infinity();
    for (int i = 0; i < steps; ++i) {
        const double here = logPosterior(distances, gradient);
        if (here > highest) {
            highest = here;
            best = parameters.logs;
        }
        for (Eigen::Index k = 0; k < gradient.size(); ++k) {
            const double turn = gradient[k] * before[k];
            step[k] = std::clamp(turn > 0 ? 1.2 * step[k] : turn < 0 ? 0.5 * step[k] : step[k], 1e-4, 1.0);
            parameters.logs[k] =
                std::clamp(parameters.logs[k] + std::copysign(step[k], gradient[k]), -12.0, 12.0);
        }
        before = gradient;
    }
    parameters.logs = best;
}

GaussianProcess::GaussianProcess(const UnitSpace& space, const std::vector<std::vector<double>>& points,
                                 const std::vector<double>& values)
    : d(std::make_unique<Private>())
{
    for (const UnitSpace::Dimension& dimension : space.dimensions())
        d->isChoice.push_back(dimension.choices > 0);
    d->points = points;
    d->values = Eigen::Map<const Vector>(values.data(), std::ssize(values));
    d->fit();
    d->factorize();
}

GaussianProcess::~GaussianProcess() = default;
GaussianProcess::GaussianProcess(GaussianProcess&&) noexcept = default;

Prediction GaussianProcess::predict(std::span<const double> point) const
{
    Vector near(std::ssize(d->points));
    for (Eigen::Index i = 0; i < near.size(); ++i)
        near[i] = d->covariance(point, d->points[static_cast<std::size_t>(i)]);
    const double mean = near.dot(d->solved);
    d->factor.triangularView<Eigen::Lower>().solveInPlace(near);
    return {mean, std::sqrt(std::max(d->parameters.signal() - near.squaredNorm(), 1e-12))};
}

void GaussianProcess::believe(std::span<const double> point)
{
    const Eigen::Index n = d->values.size();
    Vector row(n);
    for (Eigen::Index i = 0; i < n; ++i)
        row[i] = d->covariance(point, d->points[static_cast<std::size_t>(i)]);
    const double mean = row.dot(d->solved);
    d->factor.triangularView<Eigen::Lower>().solveInPlace(row);
    const double rest = d->parameters.signal() + d->parameters.noise() - row.squaredNorm();
    Matrix factor = Matrix::Zero(n + 1, n + 1);
    factor.topLeftCorner(n, n) = d->factor;
    factor.block(n, 0, 1, n) = row.transpose();
    factor(n, n) = std::sqrt(std::max(rest, leastNoise));
    d->factor = std::move(factor);
    d->values.conservativeResize(n + 1);
    d->values[n] = mean;
    d->points.emplace_back(point.begin(), point.end());
    d->solve();
}

double logExpectedImprovement(const Prediction& prediction, double best)
{
    const double z = (best - prediction.mean) / prediction.deviation;
    const double logDensity = -z * z / 2 - std::log(2 * std::numbers::pi) / 2;
    double logGain = 0;
    if (z > -1) {
        logGain = std::log(std::exp(logDensity) + z * std::erfc(-z / std::numbers::sqrt2) / 2);
    } else if (z > -30) {
        const double mills =
            std::sqrt(std::numbers::pi / 2) * std::exp(z * z / 2) * std::erfc(-z / std::numbers::sqrt2);
        logGain = logDensity + std::log1p(z * mills);
    } else {
        logGain = logDensity - 2 * std::log(-z);
    }
    return logGain + std::log(prediction.deviation);
}

} // namespace widthwise
