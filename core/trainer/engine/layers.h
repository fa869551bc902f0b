// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/engine/tap.h"

#include <map>
#include <string>
#include <vector>

namespace widthwise::trainer {

/// A tensor of the model as the network sees it.
struct Parameter {
    at::Tensor tensor;
    double multiplier = 1;
    Tap* tap = nullptr;   ///< to which its layer shows what it puts out
    at::Tensor half = {}; ///< `tensor` in bfloat16; undefined where products are in its own precision
};
using ParameterMap = std::map<std::string, Parameter>;

/// y = W·(multiplier·x) + b.
struct Linear {
    Linear(const ParameterMap& parameters, const std::string& layer);
    at::Tensor operator()(const at::Tensor& x) const;
    /// The part of the layer that acts on inputs `first` … `first + count`, with or without the bias: W[x; y]
    /// + b is part(x) + part(y).
    at::Tensor part(const at::Tensor& x, std::int64_t first, bool withBias) const;
    /// Shows the tap `y`, which was put together from parts; operator() shows its result itself.
    void show(const at::Tensor& y) const
    {
        if (openTap() != nullptr) {
            tap->measure(name, y);
        }
    }
    /// The tap that wants to see what the layer puts out; usually null.
    Tap* openTap() const { return tap != nullptr && tap->isOpen() ? tap : nullptr; }

    std::string name;
    at::Tensor weight;
    at::Tensor half; ///< `weight` in bfloat16; undefined where products are in its own precision
    at::Tensor bias; ///< undefined where the layer has none
    double multiplier;
    Tap* tap;
};

struct LayerNorm {
    LayerNorm(const ParameterMap& parameters, const std::string& name);
    at::Tensor operator()(const at::Tensor& x) const;

    at::Tensor gain;
    at::Tensor bias;
};

/// Linear layers `name.0`, `name.1`, … and, where there is one, `name.logits`, with ReLU between them.
class Perceptron {
public:
    Perceptron(const ParameterMap& parameters, const std::string& name);
    at::Tensor operator()(const at::Tensor& x) const { return tail(layers.front()(x)); }
    /// All that follows the first layer's matrix product.
    at::Tensor tail(at::Tensor x) const;

    std::vector<Linear> layers;
};

} // namespace widthwise::trainer
