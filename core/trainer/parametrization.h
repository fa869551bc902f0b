// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace widthwise::trainer {

/// How initial values and learning rates depend on the width. The two forms of μP are the same model; they
/// differ in what is put into the forward multiplier of the readout.
enum class Parametrization {
    Standard,     ///< SP: one learning rate for all, variance 1/fan-in
    Maximal,      ///< μP as in Tensor Programs V (arXiv:2203.03466), table 8, and as in the `mup` package
    MaximalTable3 ///< μP as in table 3 of the same paper: no forward multiplier
};

enum class OptimizerKind { Sgd, Adam, AdamW };

/// What a parametrization can be left without, to see what each part does.
enum class Part {
    Initialization, ///< how initial deviations depend on the width
    Multipliers,    ///< what goes into a product
    LearningRates,  ///< and with them weight decay and Adam's ε
    Attention       ///< the factor on query·key
};

/// What grows with the width: nothing, the fan-out, both, the fan-in, or the one dimension of a bias or a
/// norm's gain.
enum class Role { Fixed, Input, Hidden, Output, Vector };
inline constexpr std::size_t roleCount = 5;

std::string_view roleName(Role role);

/// How a tensor starts.
enum class Fill { Normal, Zero, One };

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
    std::int64_t zeroRows = 0; ///< leading rows that start at zero whatever the fill

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
};

/// The parts in `without` are as in SP.
Scaling scalingOf(Parametrization parametrization, OptimizerKind optimizer, const ParameterSpec& parameter,
                  std::span<const Part> without = {});

/// The factor on query·key. SP: 1/√d; μP: √d_base/d, which is the same at d = d_base (`mup`'s README).
double attentionScale(Parametrization parametrization, std::int64_t headWidth, std::int64_t baseHeadWidth,
                      std::span<const Part> without = {});

} // namespace widthwise::trainer
