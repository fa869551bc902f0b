// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/gn2_layout.h"
#include "core/trainer/torch_compat.h"

#include <map>
#include <string>
#include <vector>

namespace widthwise::trainer {

/// A tensor of the model as the network sees it.
struct Parameter {
    at::Tensor tensor;
    double multiplier = 1;
};
using ParameterMap = std::map<std::string, Parameter>;

/// y = W·(multiplier·x) + b.
struct Linear {
    Linear(const ParameterMap& parameters, const std::string& name);
    at::Tensor operator()(const at::Tensor& x) const;

    at::Tensor weight;
    at::Tensor bias;
    double multiplier;
};

struct LayerNorm {
    LayerNorm(const ParameterMap& parameters, const std::string& name);
    at::Tensor operator()(const at::Tensor& x) const;

    at::Tensor gain;
    at::Tensor bias;
};

/// Linear layers with ReLU between them.
struct Perceptron {
    at::Tensor operator()(at::Tensor x) const;

    std::vector<Linear> layers;
};

/// ATLAS's flavour-tagging transformer on packed tracks: initial network, pre-LN encoder, output projection,
/// gated attention pooling, one head per task.
class Gn2 {
public:
    Gn2(const Gn2Shape& shape, const ParameterMap& parameters, std::int64_t heads, double attentionScale);

    /// `tokens` [tracks, inputs], `offsets` [jets + 1]; gives the logits [jets, classes].
    at::Tensor classify(const at::Tensor& tokens, const at::Tensor& offsets) const;

private:
    struct Layer {
        LayerNorm attentionNorm;
        Linear qkv;
        Linear out;
        LayerNorm feedforwardNorm;
        Perceptron feedforward;
    };

    std::int64_t m_heads;
    double m_attentionScale;
    Perceptron m_initial;
    std::vector<Layer> m_layers;
    LayerNorm m_norm;
    Linear m_readout;
    Linear m_gate;
    Perceptron m_jetHead;
};

} // namespace widthwise::trainer
