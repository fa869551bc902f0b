// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/learning_rate_sweep.h"

#include "core/analysis/least_squares.h"

#include <algorithm>
#include <cstdio>

namespace widthwise {
namespace {

std::string title(const std::string& parametrization)
{
    if (parametrization == "sp")
        return "SP";
    return parametrization.starts_with("mup") ? "μP" : parametrization;
}

bool isInside(const SweepCurve& curve)
{
    return curve.optimum && !curve.optimum->atEdge && curve.optimum->learningRate.low > 0 &&
           curve.optimum->learningRate.isBounded();
}

/// log2(optimum) against log2(width).
Sample sampleOf(const SweepCurve& curve)
{
    constexpr double finest = 1e-3; // octaves; keeps the weight of an optimum without an error finite
    const Estimate& rate = curve.optimum->learningRate;
    const double deviation = std::max(finest, std::log2(rate.high / rate.low) / 2 / normal95);
    return {std::log2(static_cast<double>(curve.width)), std::log2(rate.value), 1 / (deviation * deviation)};
}

Estimate slopeOf(const Polynomial& line)
{
    const double excess = line.degreesOfFreedom > 0 ? std::max(1.0, line.residualVariance()) : 1;
    const double error = normal95 * std::sqrt(line.covariance[1][1] * excess);
    const double slope = line.coefficients[1];
    return {slope, slope - error, slope + error};
}

DriftResult resultOf(const Estimate& drift)
{
    if (drift.low > -driftThatStays && drift.high < driftThatStays)
        return DriftResult::Stays;
    return drift.low > 0 || drift.high < 0 ? DriftResult::Moves : DriftResult::Unclear;
}

std::string withoutOptimum(const std::vector<const SweepCurve*>& curves)
{
    std::string text;
    for (const SweepCurve* curve : curves) {
        if (isInside(*curve))
            continue;
        text += " Width " + std::to_string(curve->width);
        if (!curve->optimum)
            text += " diverged everywhere: sweep lower learning rates.";
        else if (!curve->optimum->atEdge)
            text += " has a curve too flat to have an optimum: sweep further or with more seeds.";
        else if (curve->points.size() < 3)
            text += " has too few learning rates.";
        else
            text += curve->optimum->learningRate.low > 0
                        ? " is best at the highest learning rate: sweep higher ones."
                        : " is best at the lowest learning rate: sweep lower ones.";
    }
    return text;
}

/// With a sign and two decimals; what rounds to zero has no sign.
std::string signedText(double value)
{
    char text[32];
    std::snprintf(text, sizeof text, "%+.2f", value);
    return std::string_view(text + 1) == "0.00" ? text + 1 : text;
}

std::string sentenceOf(const Drift& drift, std::int64_t narrowest, std::int64_t widest)
{
    char error[32];
    const Estimate& octaves = drift.octavesPerDoubling;
    std::snprintf(error, sizeof error, " ± %.2f", octaves.error());
    const std::string number = signedText(octaves.value) + error + " octaves per doubling of the width";
    const std::string range = ", width " + std::to_string(narrowest) + " to " + std::to_string(widest) + ".";
    const std::string subject = "Under " + title(drift.parametrization) + " ";
    switch (drift.result) {
    case DriftResult::Stays:
        return subject + "the best learning rate stays: " + number + range;
    case DriftResult::Moves:
        return subject + "the best learning rate " + (octaves.value < 0 ? "falls" : "rises") +
               " as the width grows: " + number + range;
    case DriftResult::Unclear:
        break;
    }
    return subject + "it cannot be said yet whether the best learning rate stays: " + number + range;
}

Drift driftOf(const std::vector<const SweepCurve*>& curves)
{
    Drift drift;
    drift.parametrization = curves.front()->parametrization;
    std::vector<Sample> samples;
    std::int64_t narrowest = 0;
    std::int64_t widest = 0;
    for (const SweepCurve* curve : curves) { // widths rise
        if (!isInside(*curve))
            continue;
        narrowest = samples.empty() ? curve->width : narrowest;
        widest = curve->width;
        samples.push_back(sampleOf(*curve));
    }
    drift.widths = static_cast<int>(samples.size());
    if (drift.widths < 2) {
        drift.sentence = "Under " + title(drift.parametrization) +
                         " a drift cannot be told from fewer than two widths with an optimum.";
    } else {
        drift.octavesPerDoubling = slopeOf(*fitPolynomial(samples, 1));
        drift.result = resultOf(drift.octavesPerDoubling);
        drift.sentence = sentenceOf(drift, narrowest, widest);
    }
    drift.sentence += withoutOptimum(curves);
    return drift;
}

} // namespace

std::vector<Drift> drifts(std::span<const SweepCurve> curves)
{
    std::vector<std::vector<const SweepCurve*>> groups;
    for (const SweepCurve& curve : curves) {
        const auto group = std::ranges::find_if(
            groups, [&](const auto& g) { return g.front()->parametrization == curve.parametrization; });
        (group == groups.end() ? groups.emplace_back() : *group).push_back(&curve);
    }
    std::vector<Drift> result;
    for (auto& group : groups) {
        std::ranges::sort(group, {}, &SweepCurve::width);
        result.push_back(driftOf(group));
    }
    return result;
}

} // namespace widthwise
