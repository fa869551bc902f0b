// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace widthwise {

// What flavour taggers are judged by, as atlas-ftag-tools (ftag/utils/metrics.py) and puma define it.

/// `b` of `bjets`, `tau` of `taujets`: what the names of probabilities (`pb`) and of fractions (`ftau`) are
/// made of.
std::string flavourStem(const std::string& flavour);

/// The f of every class in the discriminant of `signal`. Those that `given` names, else the customary ones:
/// for b, f_c = 0.2 and f_τ = 0.05; for c, f_b = 0.3 and f_τ = 0.01. Light jets take what is left of 1.
/// Without light jets the others are scaled to 1. The signal's own is 0. Throws std::invalid_argument for an
/// f of no background among `classes` and for f that are below 0 or add up to more than 1.
std::vector<double> flavourFractions(const std::vector<std::string>& classes, const std::string& signal,
                                     const std::map<std::string, double>& given = {});

/// D = ln[(p_signal + ε) / (Σ f_i p_i + ε)], ε = 1e-10, of every jet. `probabilities` is [jets, classes],
/// with as many classes as `fractions`.
std::vector<double> discriminants(std::span<const float> probabilities, std::size_t signal,
                                  std::span<const double> fractions);

/// The cut that keeps the part `efficiency` of the signal: the quantile at 1 − efficiency of the
/// discriminant, weighted, linear between the middles of the weights. NaN without signal. `weights` empty:
/// all 1.
double workingPointCut(std::span<const double> signal, double efficiency,
                       std::span<const double> weights = {});

/// A number with its standard deviation.
struct Measured {
    double value = 0;
    double error = 0;
};

/// The part of `values` that is at least `cut`, with its binomial error √(ε(1 − ε)/N); N is (Σw)²/Σw² for
/// weighted jets. NaN without jets.
Measured efficiencyAbove(std::span<const double> values, double cut, std::span<const double> weights = {});

/// 1/ε with the error σ_ε/ε². Both infinite where nothing passes.
Measured rejectionOf(const Measured& efficiency);

/// One class's discriminant over a sample, taken apart by the true class.
class TaggerPerformance {
public:
    /// `labels` are the true classes, [jets]. The rest as for `discriminants`.
    TaggerPerformance(std::span<const float> probabilities, std::span<const std::int64_t> labels,
                      std::size_t signal, std::span<const double> fractions);

    double cut(double signalEfficiency) const;
    /// Of jets of the true class `background`, at this efficiency of the signal.
    Measured rejection(double signalEfficiency, std::size_t background) const;
    std::size_t jets(std::size_t trueClass) const { return m_ofClass[trueClass].size(); }

private:
    std::size_t m_signal;
    std::vector<std::vector<double>> m_ofClass;
};

/// How many jets of each true class (row) have the highest probability in each class (column).
std::vector<std::vector<std::size_t>> confusionMatrix(std::span<const float> probabilities,
                                                      std::span<const std::int64_t> labels,
                                                      std::size_t classes);

} // namespace widthwise
