// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/experiment.h"

#include <cstdint>
#include <string>
#include <vector>

namespace widthwise {

/// What a learning-rate sweep runs: every width with every parametrization, learning rate and seed.
struct SweepPlan {
    std::vector<std::int64_t> widths{32, 64, 128, 256};
    std::vector<std::string> parametrizations{"sp", "mup"};
    std::vector<double> learningRates; ///< at the base width
    std::vector<std::int64_t> seeds{1};
    bool operator==(const SweepPlan&) const = default;

    std::int64_t trials() const;
};

/// `count` learning rates, `perOctave` of them in a factor of two, with the middle one at the power of two
/// nearest to `centre`, each to three significant digits.
std::vector<double> ratesRound(double centre, int count = 9, int perOctave = 1);

/// From `low` on, `perOctave` in a factor of two, up to `high` or the hundredth; to three significant
/// digits but for `low` itself. Empty where that is no range.
std::vector<double> ratesBetween(double low, double high, int perOctave = 1);

/// The default plan for `base`'s model: of the widths those that its heads divide, the form of μP that it
/// uses, learning rates round that of `configuration`. A command has the parametrizations that its space
/// lists, or none, and no learning rates where it names none.
SweepPlan sweepPlan(const Experiment& base, const Configuration& configuration);

/// The experiment `<base>-sweep`: a grid over seed, width, learning rate and parametrization of base's
/// trials. All else that base searches is fixed at `configuration`. Throws std::invalid_argument saying what
/// cannot be swept and the fix: widths that the heads do not divide, a command without the parameters
/// `width` and `max_lr`, a plan that no optimum follows from.
Experiment learningRateSweepOf(const Experiment& base, const Configuration& configuration,
                               const SweepPlan& plan);

/// What a space varies besides learning rate, width, parametrization and seed: trials that differ in more
/// cannot be compared by these.
std::vector<std::string> variedBesides(const Experiment& experiment);
/// The parameter of the space that is the learning rate (see StudyColumns); empty where there is none.
std::string learningRateParameter(const Experiment& experiment);

} // namespace widthwise
