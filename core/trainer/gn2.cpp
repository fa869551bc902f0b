// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/gn2.h"

#include "core/trainer/ragged_ops.h"

namespace widthwise::trainer {

namespace {

Perceptron perceptron(const ParameterMap& parameters, const std::vector<std::string>& names)
{
    Perceptron result;
    for (const std::string& name : names) {
        result.layers.emplace_back(parameters, name);
    }
    return result;
}

std::vector<std::string> headNames(const std::string& task, const Gn2Shape& shape)
{
    std::vector<std::string> names;
    for (std::size_t i = 0; i < shape.headWidths.size(); ++i) {
        names.push_back(task + "." + std::to_string(i));
    }
    names.push_back(task + ".logits");
    return names;
}

} // namespace

Linear::Linear(const ParameterMap& parameters, const std::string& name)
    : weight(parameters.at(name + ".weight").tensor), bias(parameters.at(name + ".bias").tensor),
      multiplier(parameters.at(name + ".weight").multiplier)
{
}

at::Tensor Linear::operator()(const at::Tensor& x) const
{
    return at::linear(multiplier == 1 ? x : x * multiplier, weight, bias);
}

LayerNorm::LayerNorm(const ParameterMap& parameters, const std::string& name)
    : gain(parameters.at(name + ".gain").tensor), bias(parameters.at(name + ".bias").tensor)
{
}

at::Tensor LayerNorm::operator()(const at::Tensor& x) const
{
    return at::layer_norm(x, gain.sizes(), gain, bias);
}

at::Tensor Perceptron::operator()(at::Tensor x) const
{
    for (std::size_t i = 0; i + 1 < layers.size(); ++i) {
        x = at::relu(layers[i](x));
    }
    return layers.back()(x);
}

Gn2::Gn2(const Gn2Shape& shape, const ParameterMap& parameters, std::int64_t heads, double attentionScale)
    : m_heads(heads), m_attentionScale(attentionScale),
      m_initial(perceptron(parameters, {"initial.0", "initial.1"})), m_norm(parameters, "encoder.norm"),
      m_readout(parameters, "encoder.readout"), m_gate(parameters, "pool.gate"),
      m_jetHead(perceptron(parameters, headNames("jets", shape)))
{
    for (std::int64_t i = 0; i < shape.layers; ++i) {
        const std::string name = "encoder." + std::to_string(i);
        m_layers.push_back({{parameters, name + ".attention.norm"},
                            {parameters, name + ".attention.qkv"},
                            {parameters, name + ".attention.out"},
                            {parameters, name + ".feedforward.norm"},
                            perceptron(parameters, {name + ".feedforward.in", name + ".feedforward.out"})});
    }
}

at::Tensor Gn2::classify(const at::Tensor& tokens, const at::Tensor& offsets) const
{
    at::Tensor x = m_initial(tokens);
    for (const Layer& layer : m_layers) {
        x = x +
            layer.out(raggedAttention(layer.qkv(layer.attentionNorm(x)), offsets, m_heads, m_attentionScale));
        x = x + layer.feedforward(layer.feedforwardNorm(x));
    }
    x = m_readout(m_norm(x));
    return m_jetHead(raggedPool(m_gate(x), x, offsets));
}

} // namespace widthwise::trainer
