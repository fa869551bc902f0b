// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/parametrization.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

namespace widthwise::trainer {

namespace {

/// Exponents of (fan-in / base fan-in) and (fan-out / base fan-out) in one factor.
struct Power {
    int in = 0;
    int out = 0;
};

struct Rule {
    Power deviation; ///< relative to SP's 1/√fan-in; in half powers, so that {1, 0} is √(fan-in/base)
    Power multiplier;
    Power sgdRate;
    Power adamRate;
    Power adamEpsilon;
    Power gradientNorm = {};
};

/// The columns input, hidden and output of the two tables, as ratios to the base width; `Vector` follows the
/// input column, and `Fixed` nothing. The gradient of every tensor but table 3's readout falls as 1/width,
/// and ε with it (arXiv:2407.05872).
constexpr Rule table8[roleCount] = {
    /* Fixed  */ {},
    /* Input  */
    {.deviation = {}, .multiplier = {}, .sgdRate = {0, 1}, .adamRate = {}, .adamEpsilon = {0, -1}},
    /* Hidden */
    {.deviation = {}, .multiplier = {}, .sgdRate = {-1, 1}, .adamRate = {-1, 0}, .adamEpsilon = {0, -1}},
    /* Output */
    {.deviation = {1, 0}, .multiplier = {-1, 0}, .sgdRate = {1, 0}, .adamRate = {}, .adamEpsilon = {-1, 0}},
    /* Vector */
    {.deviation = {}, .multiplier = {}, .sgdRate = {0, 1}, .adamRate = {}, .adamEpsilon = {0, -1}},
};

/// Its gradient is table 8's times fan-in/base; in the norm that is clipped it counts as there.
constexpr Rule table3Output = {.deviation = {-1, 0},
                               .multiplier = {},
                               .sgdRate = {-1, 0},
                               .adamRate = {-1, 0},
                               .adamEpsilon = {},
                               .gradientNorm = {-1, 0}};

Rule ruleOf(Parametrization parametrization, Role role)
{
    if (parametrization == Parametrization::Standard) {
        return {};
    }
    if (parametrization == Parametrization::MaximalTable3 && role == Role::Output) {
        return table3Output;
    }
    return table8[static_cast<std::size_t>(role)];
}

Rule remaining(Rule rule, std::span<const Part> without)
{
    for (const Part part : without) {
        switch (part) {
        case Part::Initialization:
            rule.deviation = {};
            break;
        case Part::Multipliers:
            rule.multiplier = {};
            break;
        case Part::LearningRates:
            rule.sgdRate = rule.adamRate = rule.adamEpsilon = rule.gradientNorm = {};
            break;
        case Part::Attention:
            break;
        }
    }
    return rule;
}

} // namespace

std::string_view roleName(Role role)
{
    constexpr std::array<std::string_view, roleCount> names{"fixed", "input", "hidden", "output", "vector"};
    return names[static_cast<std::size_t>(role)];
}

std::int64_t ParameterSpec::size() const
{
    return std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>());
}

Scaling scalingOf(Parametrization parametrization, OptimizerKind optimizer, const ParameterSpec& parameter,
                  std::span<const Part> without)
{
    const Rule rule = remaining(ruleOf(parametrization, parameter.role), without);
    const double in = static_cast<double>(parameter.fanIn) / static_cast<double>(parameter.baseFanIn);
    const double out = static_cast<double>(parameter.fanOut) / static_cast<double>(parameter.baseFanOut);
    const auto raise = [&](Power power) { return std::pow(in, power.in) * std::pow(out, power.out); };

    Scaling scaling;
    if (parameter.fill == Fill::Normal) {
        scaling.initialDeviation = parameter.deviation * std::sqrt(raise(rule.deviation)) /
                                   std::sqrt(static_cast<double>(parameter.fanIn));
    }
    scaling.multiplier = raise(rule.multiplier);
    scaling.learningRate = raise(optimizer == OptimizerKind::Sgd ? rule.sgdRate : rule.adamRate);
    scaling.weightDecay = 1 / scaling.learningRate;
    scaling.epsilon = optimizer == OptimizerKind::Sgd ? 1 : raise(rule.adamEpsilon);
    scaling.gradientNorm = raise(rule.gradientNorm);
    return scaling;
}

double attentionScale(Parametrization parametrization, std::int64_t headWidth, std::int64_t baseHeadWidth,
                      std::span<const Part> without)
{
    const double width = static_cast<double>(headWidth);
    const bool isStandard = parametrization == Parametrization::Standard ||
                            std::ranges::find(without, Part::Attention) != without.end();
    if (isStandard || headWidth == baseHeadWidth) {
        return 1 / std::sqrt(width);
    }
    return std::sqrt(static_cast<double>(baseHeadWidth)) / width;
}

} // namespace widthwise::trainer
