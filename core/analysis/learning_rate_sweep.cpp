// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/learning_rate_sweep.h"

#include "core/analysis/least_squares.h"

#include <algorithm>
#include <map>

namespace widthwise {
namespace {

using Curve = std::span<const CurvePoint>;

CurvePoint summary(double learningRate, const std::vector<std::optional<double>>& losses)
{
    CurvePoint point{.learningRate = learningRate};
    double sum = 0;
    for (const std::optional<double>& loss : losses) {
        if (loss && std::isfinite(*loss)) {
            sum += *loss;
            ++point.seeds;
        } else {
            ++point.diverged;
        }
    }
    if (point.seeds > 0)
        point.loss = sum / point.seeds;
    if (point.seeds < 2)
        return point;
    double squares = 0;
    for (const std::optional<double>& loss : losses) {
        if (loss && std::isfinite(*loss))
            squares += (*loss - point.loss) * (*loss - point.loss);
    }
    point.standardError = std::sqrt(squares / (point.seeds - 1) / point.seeds);
    return point;
}

bool isCandidate(const CurvePoint& point)
{
    return point.seeds > 0 && point.diverged == 0;
}

double octave(const CurvePoint& point)
{
    return std::log2(point.learningRate);
}

/// What one trial's loss scatters by, and how well that is known.
struct Scatter {
    double variance = 0;
    int degreesOfFreedom = 0;
};

Scatter scatterOverSeeds(Curve window)
{
    Scatter scatter;
    for (const CurvePoint& point : window) {
        if (point.seeds < 2)
            continue;
        scatter.degreesOfFreedom += point.seeds - 1;
        scatter.variance += (point.seeds - 1) * point.seeds * point.standardError * point.standardError;
    }
    if (scatter.degreesOfFreedom > 0)
        scatter.variance /= scatter.degreesOfFreedom;
    return scatter;
}

/// The points up to `reach` octaves from the lowest that a parabola can be expected to describe: at least the
/// two neighbours, and of those further off only such as are not twice as high as the neighbours' parabola.
Curve windowRound(Curve curve, std::size_t lowest, double reach)
{
    constexpr double rounding = 1e-3;
    const CurvePoint& best = curve[lowest];
    const CurvePoint& left = curve[lowest - 1];
    const CurvePoint& right = curve[lowest + 1];
    const double nearest = std::min(octave(best) - octave(left), octave(right) - octave(best));
    const double noise = std::sqrt(scatterOverSeeds(curve.subspan(lowest - 1, 3)).variance / best.seeds);
    const double rise = std::max(left.loss, right.loss) - best.loss + 3 * noise;
    const auto belongs = [&](std::size_t i) {
        const double distance = std::abs(octave(curve[i]) - octave(best));
        return isCandidate(curve[i]) && distance < reach + rounding &&
               curve[i].loss - best.loss <= 2 * rise * std::pow(distance / nearest, 2);
    };
    std::size_t first = lowest - 1;
    std::size_t last = lowest + 1;
    while (first > 0 && belongs(first - 1))
        --first;
    while (last + 1 < curve.size() && belongs(last + 1))
        ++last;
    return curve.subspan(first, last - first + 1);
}

/// u at which (b + 2·c·u)² is at most `bound2` times its variance by the parabola's covariance.
Estimate whereFlat(const Polynomial& parabola, double bound2)
{
    const auto [a, b, c] = parabola.coefficients;
    const auto& v = parabola.covariance;
    Estimate u{.value = -b / (2 * c)};
    const double square = c * c - bound2 * v[2][2];
    const double middle = b * c / 2 - bound2 * v[1][2] / 2;
    const double rest = (b * b - bound2 * v[1][1]) / 4;
    if (!(square > 0))
        return u;
    const double root = std::sqrt(std::max(0.0, middle * middle - square * rest));
    u.low = (-middle - root) / square;
    u.high = (-middle + root) / square;
    return u;
}

/// Empty where the points lie on no parabola that opens upwards.
std::optional<Polynomial> parabolaThrough(Curve points)
{
    std::vector<Sample> samples;
    for (const CurvePoint& point : points)
        samples.push_back({octave(point), point.loss, static_cast<double>(point.seeds)});
    const std::optional<Polynomial> parabola = fitPolynomial(samples, 2);
    return parabola && parabola->coefficients[2] > 0 ? parabola : std::nullopt;
}

/// In octaves.
double vertexOf(const Polynomial& parabola)
{
    return parabola.origin - parabola.coefficients[1] / (2 * parabola.coefficients[2]);
}

/// Of one trial: over seeds, or about the parabola where that is more or there is one seed.
Scatter scatterAbout(const Polynomial& parabola, Curve window)
{
    Scatter scatter = scatterOverSeeds(window);
    if (parabola.degreesOfFreedom == 0)
        return scatter;
    if (scatter.degreesOfFreedom == 0)
        return {parabola.residualVariance(), parabola.degreesOfFreedom};
    scatter.variance = std::max(scatter.variance, parabola.residualVariance());
    return scatter;
}

/// How far a curve that is steeper on one side than on the other shifts the vertex of its parabola, in
/// octaves: as the square of the window's width, so that the vertex of a window half as wide shows it. Only
/// what scatter does not explain.
double shiftBySkewness(const Polynomial& parabola, Curve narrow, double variance)
{
    constexpr double ofDistance = 1.4; // the narrow vertex is shifted too, by about 0.3 of the whole
    const std::optional<Polynomial> other = parabolaThrough(narrow);
    if (!other)
        return 0;
    const double distance = vertexOf(*other) - vertexOf(parabola);
    const double slope = 2 * parabola.coefficients[2];
    const double byScatter = variance * other->covariance[1][1] / (slope * slope);
    return ofDistance * std::sqrt(std::max(0.0, distance * distance - byScatter));
}

/// Empty where the points are no parabola that opens upwards with its vertex among them.
std::optional<Optimum> vertex(Curve window, Curve narrow)
{
    const std::optional<Polynomial> parabola = parabolaThrough(window);
    if (!parabola)
        return std::nullopt;
    const double best = vertexOf(*parabola);
    if (best < octave(window.front()) || best > octave(window.back()))
        return std::nullopt;

    const auto [a, b, c] = parabola->coefficients;
    Optimum optimum{.learningRate = {.value = std::exp2(best),
                                     .low = window.front().learningRate,
                                     .high = window.back().learningRate},
                    .loss = a - b * b / (4 * c)};
    const Scatter scatter = scatterAbout(*parabola, window);
    if (scatter.degreesOfFreedom == 0)
        return optimum;
    const double bound = student95(scatter.degreesOfFreedom);
    const Estimate u = whereFlat(*parabola, bound * bound * scatter.variance);
    const double shift = shiftBySkewness(*parabola, narrow, scatter.variance);
    optimum.learningRate.low = std::exp2(parabola->origin + u.low - shift);
    optimum.learningRate.high = std::exp2(parabola->origin + u.high + shift);
    return optimum;
}

std::optional<Optimum> optimumOf(Curve curve)
{
    std::optional<std::size_t> found;
    for (std::size_t i = 0; i < curve.size(); ++i) {
        if (isCandidate(curve[i]) && (!found || curve[i].loss < curve[*found].loss))
            found = i;
    }
    if (!found)
        return std::nullopt;
    const std::size_t lowest = *found;
    const CurvePoint& best = curve[lowest];
    const bool isFirst = lowest == 0;
    const bool isLast = lowest + 1 == curve.size();
    Optimum bracketed{.learningRate = {.value = best.learningRate,
                                       .low = isFirst ? 0 : curve[lowest - 1].learningRate,
                                       .high = isLast ? std::numeric_limits<double>::infinity()
                                                      : curve[lowest + 1].learningRate},
                      .loss = best.loss,
                      .atEdge = isFirst || isLast};
    if (bracketed.atEdge || !isCandidate(curve[lowest - 1]) || !isCandidate(curve[lowest + 1]))
        return bracketed;
    const Curve narrow = windowRound(curve, lowest, 1);
    if (const auto optimum = vertex(windowRound(curve, lowest, 2), narrow))
        return optimum;
    return vertex(curve.subspan(lowest - 1, 3), narrow).value_or(bracketed);
}

} // namespace

std::vector<SweepCurve> sweepCurves(std::span<const SweepPoint> points)
{
    using Losses = std::map<double, std::vector<std::optional<double>>>;
    std::vector<std::string> parametrizations;
    std::vector<std::map<std::int64_t, Losses>> widths;
    for (const SweepPoint& point : points) {
        const auto name = std::ranges::find(parametrizations, point.parametrization);
        const auto place = static_cast<std::size_t>(name - parametrizations.begin());
        if (name == parametrizations.end()) {
            parametrizations.push_back(point.parametrization);
            widths.emplace_back();
        }
        widths[place][point.width][point.learningRate].push_back(point.loss);
    }
    std::vector<SweepCurve> curves;
    for (std::size_t i = 0; i < parametrizations.size(); ++i) {
        for (const auto& [width, losses] : widths[i]) {
            SweepCurve& curve = curves.emplace_back(SweepCurve{parametrizations[i], width, {}, {}});
            for (const auto& [learningRate, ofSeeds] : losses)
                curve.points.push_back(summary(learningRate, ofSeeds));
            curve.optimum = optimumOf(curve.points);
        }
    }
    return curves;
}

} // namespace widthwise
