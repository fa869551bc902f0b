// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/discriminants.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <stdexcept>

namespace widthwise {
namespace {

constexpr double notANumber = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

double customaryFraction(const std::string& signal, const std::string& flavour)
{
    static const std::map<std::string, std::map<std::string, double>> table{
        {"bjets", {{"cjets", 0.2}, {"taujets", 0.05}}}, {"cjets", {{"bjets", 0.3}, {"taujets", 0.01}}}};
    const auto row = table.find(signal);
    if (row == table.end() || !row->second.contains(flavour))
        return 0;
    return row->second.at(flavour);
}

/// Gives what is left of 1 to `rest`, or scales all where there is no rest.
void fillUp(std::vector<double>& fractions, std::ptrdiff_t rest, std::size_t signal)
{
    constexpr double rounding = 1e-9;
    const auto count = std::ssize(fractions);
    const double sum = std::accumulate(fractions.begin(), fractions.end(), 0.0);
    if (sum > 1 + rounding)
        throw std::invalid_argument("the fractions of a discriminant add up to more than 1");
    if (rest < count) {
        fractions[static_cast<std::size_t>(rest)] += std::max(0.0, 1 - sum);
        return;
    }
    for (std::size_t i = 0; i < fractions.size(); ++i) {
        if (i != signal)
            fractions[i] = sum > 0 ? fractions[i] / sum : 1.0 / static_cast<double>(count - 1);
    }
}

double weightOf(std::span<const double> weights, std::size_t i)
{
    return weights.empty() ? 1 : weights[i];
}

} // namespace

std::string flavourStem(const std::string& flavour)
{
    return flavour.ends_with("jets") ? flavour.substr(0, flavour.size() - 4) : flavour;
}

std::vector<double> flavourFractions(const std::vector<std::string>& classes, const std::string& signal,
                                     const std::map<std::string, double>& given)
{
    const auto place = std::ranges::find(classes, signal) - classes.begin();
    if (place == std::ssize(classes))
        throw std::invalid_argument("there is no class " + signal + " to discriminate");
    std::vector<double> fractions;
    for (const std::string& flavour : classes) {
        const auto found = given.find(flavour);
        const double fraction = found == given.end() ? customaryFraction(signal, flavour) : found->second;
        fractions.push_back(flavour == signal ? 0 : fraction);
    }
    for (const auto& [flavour, fraction] : given) {
        const bool isBackground = flavour != signal && std::ranges::find(classes, flavour) != classes.end();
        if (!isBackground && fraction != 0)
            throw std::invalid_argument("f" + flavourStem(flavour) + ": " + flavour +
                                        " is no background of " + signal + " in this model");
        if (!(fraction >= 0))
            throw std::invalid_argument("f" + flavourStem(flavour) + " must not be below 0");
    }
    const bool lightIsGiven = given.contains("ujets");
    const auto light = std::ranges::find(classes, "ujets") - classes.begin();
    const bool hasRest = signal != "ujets" && !lightIsGiven;
    fillUp(fractions, hasRest ? light : std::ssize(classes), static_cast<std::size_t>(place));
    return fractions;
}

std::vector<double> discriminants(std::span<const float> probabilities, std::size_t signal,
                                  std::span<const double> fractions)
{
    constexpr double epsilon = 1e-10;
    const std::size_t classes = fractions.size();
    std::vector<double> values(probabilities.size() / classes);
    for (std::size_t jet = 0; jet < values.size(); ++jet) {
        double background = 0;
        for (std::size_t i = 0; i < classes; ++i)
            background += fractions[i] * static_cast<double>(probabilities[jet * classes + i]);
        const double p = probabilities[jet * classes + signal];
        values[jet] = std::log((p + epsilon) / (background + epsilon));
    }
    return values;
}

double workingPointCut(std::span<const double> signal, double efficiency, std::span<const double> weights)
{
    if (signal.empty())
        return notANumber;
    std::vector<std::size_t> order(signal.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, {}, [&](std::size_t i) { return signal[i]; });
    std::vector<double> middles;
    double sum = 0;
    for (const std::size_t i : order) {
        middles.push_back(sum + weightOf(weights, i) / 2);
        sum += weightOf(weights, i);
    }
    const double wanted = std::lerp(middles.front(), middles.back(), 1 - efficiency);
    const auto above = std::ranges::lower_bound(middles, wanted);
    if (above == middles.begin())
        return signal[order.front()];
    if (above == middles.end())
        return signal[order.back()];
    const auto i = static_cast<std::size_t>(above - middles.begin());
    const double part = (wanted - middles[i - 1]) / (middles[i] - middles[i - 1]);
    return std::lerp(signal[order[i - 1]], signal[order[i]], part);
}

Measured efficiencyAbove(std::span<const double> values, double cut, std::span<const double> weights)
{
    double passing = 0;
    double all = 0;
    double squares = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const double weight = weightOf(weights, i);
        passing += values[i] >= cut ? weight : 0;
        all += weight;
        squares += weight * weight;
    }
    if (!(all > 0))
        return {notANumber, notANumber};
    const double efficiency = passing / all;
    return {efficiency, std::sqrt(std::max(0.0, efficiency * (1 - efficiency)) * squares) / all};
}

Measured rejectionOf(const Measured& efficiency)
{
    if (efficiency.value == 0)
        return {infinity, infinity};
    const double rejection = 1 / efficiency.value;
    return {rejection, rejection * rejection * efficiency.error};
}

TaggerPerformance::TaggerPerformance(std::span<const float> probabilities,
                                     std::span<const std::int64_t> labels, std::size_t signal,
                                     std::span<const double> fractions)
    : m_signal(signal), m_ofClass(fractions.size())
{
    const std::vector<double> values = discriminants(probabilities, signal, fractions);
    for (std::size_t jet = 0; jet < values.size(); ++jet)
        m_ofClass[static_cast<std::size_t>(labels[jet])].push_back(values[jet]);
    for (std::vector<double>& ofClass : m_ofClass)
        std::ranges::sort(ofClass);
}

double TaggerPerformance::cut(double signalEfficiency) const
{
    return workingPointCut(m_ofClass[m_signal], signalEfficiency);
}

Measured TaggerPerformance::rejection(double signalEfficiency, std::size_t background) const
{
    return rejectionOf(efficiencyAbove(m_ofClass[background], cut(signalEfficiency)));
}

std::vector<std::vector<std::size_t>> confusionMatrix(std::span<const float> probabilities,
                                                      std::span<const std::int64_t> labels,
                                                      std::size_t classes)
{
    std::vector<std::vector<std::size_t>> counts(classes, std::vector<std::size_t>(classes, 0));
    for (std::size_t jet = 0; jet < labels.size(); ++jet) {
        const auto ofJet = probabilities.subspan(jet * classes, classes);
        const auto highest = std::ranges::max_element(ofJet) - ofJet.begin();
        ++counts[static_cast<std::size_t>(labels[jet])][static_cast<std::size_t>(highest)];
    }
    return counts;
}

} // namespace widthwise
