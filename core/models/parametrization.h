// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/models/choices.h"

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace widthwise::trainer {

/// What grows with the width: nothing, the fan-out, both, the fan-in, or the one dimension of a bias or a
/// norm's gain.
enum class Role { Fixed, Input, Hidden, Output, Vector };
inline constexpr std::size_t roleCount = 5;

std::string_view roleName(Role role);

/// How a tensor starts.
enum class Fill { Normal, Zero, One };

/// How often a layer is used for a sample of n tokens: `once` + `perToken`·n + `perPair`·n·(n − 1).
struct Uses {
    std::int64_t once = 0;
    std::int64_t perToken = 0;
    std::int64_t perPair = 0; ///< of different tokens, ordered

    Uses& operator+=(const Uses& other)
    {
        once += other.once;
        perToken += other.perToken;
        perPair += other.perPair;
        return *this;
    }
    double of(double tokens) const
    {
        return static_cast<double>(once) + static_cast<double>(perToken) * tokens +
               static_cast<double>(perPair) * tokens * (tokens - 1);
    }
};

inline Uses operator*(std::int64_t factor, const Uses& uses)
{
    return {factor * uses.once, factor * uses.perToken, factor * uses.perPair};
}

/// A tensor of a model, as the rule table sees it. Weights have the shape [fan-out, fan-in].
struct ParameterSpec {
    std::string name;
    std::vector<std::int64_t> shape;
    Role role = Role::Fixed;
    Fill fill = Fill::Normal;
    std::int64_t fanIn = 1;
    std::int64_t fanOut = 1;
    std::int64_t baseFanIn = 1;
    std::int64_t baseFanOut = 1;
    std::int64_t zeroRows = 0;      ///< leading rows that start at zero whatever the fill
    double deviation = 1;           ///< of a normal fill, times what the rules say
    std::vector<double> start = {}; ///< in place of the fill: values that it starts with, over and over
    Uses products = {};             ///< multiplications with the tensor's values in a forward pass
    bool takesInputs = false;       ///< of the first layer, in front of which nothing learns

    std::int64_t size() const;
};

/// What the rule table says of one tensor. At width = base width all but `initialDeviation` are exactly 1,
/// and `initialDeviation` is exactly SP's, under every rule.
struct Scaling {
    double initialDeviation = 0; ///< of a normal fill
    double multiplier = 1;       ///< on what goes into the tensor's matrix product
    double learningRate = 1;     ///< times schedule(t)
    double weightDecay = 1;      ///< times the weight decay; the decay per step is rate · decay
    double epsilon = 1;          ///< times Adam's ε
    double gradientNorm = 1;     ///< times the gradient, in the norm that gradient_clip limits
};

/// The parts in `without` are as in SP.
Scaling scalingOf(Parametrization parametrization, OptimizerKind optimizer, const ParameterSpec& parameter,
                  std::span<const Part> without = {});

/// The factor on query·key. SP: 1/√d; μP: √d_base/d, which is the same at d = d_base (`mup`'s README).
double attentionScale(Parametrization parametrization, std::int64_t headWidth, std::int64_t baseHeadWidth,
                      std::span<const Part> without = {});

} // namespace widthwise::trainer
