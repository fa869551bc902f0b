// SPDX-License-Identifier: GPL-3.0-or-later
#include "curve_problems.h"

#include "core/search/draws.h"

#include <algorithm>
#include <cmath>

namespace widthwise::bench {

namespace {

constexpr std::size_t dimensions = 8;
constexpr double start = 1.05; ///< the loss of a network that has learnt nothing

double square(double x)
{
    return x * x;
}

/// How far the learning rate (x5) is above the one that suits the momentum (x2) and the decay of the rate
/// (x7).
double excessOf(const std::vector<double>& x)
{
    return x[5] - 0.45 * std::max(0.0, x[2] - 0.5) - 0.3 * (x[7] - 0.5) - 0.5;
}

double lossAtEnd(const std::vector<double>& x)
{
    const double rate = excessOf(x);
    const double others = square(x[0] - 0.6) + 0.7 * square(x[3] - 0.3) + 0.8 * square(x[4] - 0.5) +
                          2 * square(std::max(0.0, x[1] - 0.5)) + 1.5 * square(std::max(0.0, x[6] - 0.45)) +
                          0.5 * square(x[2] - 0.6);
    const double way = 0.3 * (rate > 0 ? 1.5 : 1) * square(rate / 0.3) + 3.5 * others;
    return start * (1 - std::exp(-std::pow(way, 0.75)));
}

/// A power law, with a part that falls only when the rate decays.
std::vector<double> curveAt(const std::vector<double>& x, const CurveProblem::Kind& kind, Draws& draws)
{
    const double rate = excessOf(x), last = lossAtEnd(x);
    const double slowness = 0.02 * std::exp(-6 * std::min(rate, 0.1)) * (0.7 + 0.6 * draws.uniform());
    const double power = 0.6 + 0.8 * draws.uniform(), turn = 0.1 + 0.3 * draws.uniform();
    const auto falls = [&](double t) { return std::pow(1 + t / slowness, -power); };
    std::vector<double> curve;
    for (int step = 1; step <= CurveProblem::steps; ++step) {
        const double t = double(step) / CurveProblem::steps;
        double value = last + (start - last) * (falls(t) - falls(1)) / (1 - falls(1));
        value += kind.crossing * square(1 - t) * (start - last) * x[7];
        if (rate > 0.25) // it diverges
            value = std::max(value, start + 0.5 * std::min(1.0, std::max(0.0, t - turn) / 0.1));
        curve.push_back(std::min(value, 1.6) + kind.noise * (1.5 - t) * draws.normal());
    }
    return curve;
}

} // namespace

CurveProblem::CurveProblem(const Kind& kind) : m_name(kind.name)
{
    constexpr std::size_t trainings = 10'000;
    Draws draws(kind.seed, 1);
    std::vector<double> least;
    while (m_trainings.size() < trainings) {
        std::vector<double> x(dimensions);
        for (double& coordinate : x)
            coordinate = draws.uniform();
        std::vector<double> curve = curveAt(x, kind, draws);
        least.push_back(std::ranges::min(curve));
        m_trainings.push_back({std::move(x), std::move(curve)});
    }
    std::ranges::sort(least);
    m_least = least.front();
    m_median = least[trainings / 2];
}

CurveProblem::Json CurveProblem::space() const
{
    Json space = Json::array();
    for (std::size_t i = 0; i < dimensions; ++i)
        space.push_back({{"name", "x" + std::to_string(i)},
                         {"type", "float"},
                         {"low", 1e-6},
                         {"high", 1.0},
                         {"log", true}});
    return space;
}

const std::vector<double>& CurveProblem::curveOf(const Json& params) const
{
    std::vector<double> x;
    for (const auto& value : params)
        x.push_back(1 + std::log10(value.get<double>()) / 6);
    const auto distance = [&](const Training& training) {
        double sum = 0;
        for (std::size_t i = 0; i < x.size(); ++i)
            sum += square(training.x[i] - x[i]);
        return sum;
    };
    return std::ranges::min_element(m_trainings, {}, distance)->curve;
}

double CurveProblem::regret(double value) const
{
    return std::clamp((value - m_least) / (m_median - m_least), 0.0, 1.0);
}

std::vector<CurveProblem> curveProblems()
{
    return {CurveProblem({"quiet", 0.005, 0.1, 1}), CurveProblem({"noisy", 0.04, 0.1, 2}),
            CurveProblem({"crossing", 0.015, 0.8, 3})};
}

} // namespace widthwise::bench
