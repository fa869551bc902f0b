// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schedule/extrapolation.h"

#include "core/space/exact_math.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace widthwise {

namespace {

constexpr std::array powers{0.1, 0.2, 0.35, 0.6, 1.0, 1.6, 2.5};
constexpr std::size_t fewestPoints = 5, mostPoints = 24;
constexpr std::int64_t window = 10;     ///< steps before this part of the way are left out
constexpr double leastDeviation = 1e-3; ///< of the noise, as a part of the values' range

struct Point {
    double logPart; ///< log(step / length)
    double value;
};

/// Means of neighbours, so that there are not more than mostPoints.
std::vector<Point> pointsOf(std::span<const Report> reports, std::int64_t length, double sign,
                            ObjectiveValue counts)
{
    std::vector<std::pair<double, double>> kept;
    double best = 0;
    for (const Report& report : reports) {
        const double value = sign * report.value;
        best = &report == reports.data() ? value : std::min(best, value);
        if (report.step > 0 && report.step * window >= reports.back().step)
            kept.emplace_back(double(report.step), counts == ObjectiveValue::Best ? best : value);
    }
    const std::size_t count = std::min(kept.size(), mostPoints);
    std::vector<Point> points;
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t begin = i * kept.size() / count, end = (i + 1) * kept.size() / count;
        double step = 0, value = 0;
        for (std::size_t k = begin; k < end; ++k) {
            step += kept[k].first / double(end - begin);
            value += kept[k].second / double(end - begin);
        }
        points.push_back({exactLog(step / double(length)), value});
    }
    return points;
}

/// Values at the end by one power law, and the logarithm of how well it fits.
struct Fit {
    double mean;
    double variance;
    double logEvidence;
};

Fit fitOf(const std::vector<Point>& points, double power, double leastVariance)
{
    const auto count = static_cast<double>(points.size());
    std::vector<double> x;
    double meanX = 0, meanY = 0;
    for (const Point& point : points) {
        x.push_back(exactExp(-power * point.logPart) - 1);
        meanX += x.back() / count;
        meanY += point.value / count;
    }
    double xx = 0, xy = 0, yy = 0;
    for (std::size_t i = 0; i < points.size(); ++i) {
        xx += (x[i] - meanX) * (x[i] - meanX);
        xy += (x[i] - meanX) * (points[i].value - meanY);
        yy += (points[i].value - meanY) * (points[i].value - meanY);
    }
    const double slope = xy / xx;
    const double squares = std::max(0.0, yy - slope * xy) + count * leastVariance;
    const double noise = squares / (count - 4); // the variance of Student's t with count − 2 degrees
    return {meanY - slope * meanX, noise * (1 + 1 / count + meanX * meanX / xx),
            0.5 * exactLog((x.front() - x.back()) * (x.front() - x.back()) / xx) -
                0.5 * (count - 2) * exactLog(squares)};
}

} // namespace

std::optional<Extrapolation> extrapolated(std::span<const Report> reports, std::int64_t length, double sign,
                                          ObjectiveValue value)
{
    const std::vector<Point> points = pointsOf(reports, length, sign, value);
    if (points.size() < fewestPoints)
        return std::nullopt;
    const auto [low, high] = std::ranges::minmax_element(points, {}, &Point::value);
    const double range = high->value - low->value;
    if (range == 0)
        return Extrapolation{low->value, 0};
    std::array<Fit, powers.size()> fits{};
    for (std::size_t i = 0; i < powers.size(); ++i)
        fits[i] = fitOf(points, powers[i], leastDeviation * leastDeviation * range * range);
    const double highest = std::ranges::max_element(fits, {}, &Fit::logEvidence)->logEvidence;
    double sum = 0, mean = 0, square = 0;
    for (const Fit& fit : fits) {
        const double weight = exactExp(fit.logEvidence - highest);
        sum += weight;
        mean += weight * fit.mean;
    }
    mean /= sum;
    for (const Fit& fit : fits)
        square += exactExp(fit.logEvidence - highest) / sum *
                  (fit.variance + (fit.mean - mean) * (fit.mean - mean));
    return Extrapolation{mean, std::sqrt(square)};
}

double studentBelow(double t, int evenDegrees)
{
    const double square = evenDegrees / (evenDegrees + t * t); // of the cosine
    double term = 1, sum = 1;
    for (int i = 2; i < evenDegrees; i += 2) {
        term *= square * (i - 1) / i;
        sum += term;
    }
    return 0.5 + 0.5 * t / std::sqrt(evenDegrees + t * t) * sum;
}

} // namespace widthwise
