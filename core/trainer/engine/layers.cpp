// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/engine/layers.h"

#include "core/trainer/compute/bf16_product.h"

namespace widthwise::trainer {

Linear::Linear(const ParameterMap& parameters, const std::string& layer)
    : name(layer), weight(parameters.at(name + ".weight").tensor), half(parameters.at(name + ".weight").half),
      multiplier(parameters.at(name + ".weight").multiplier), tap(parameters.at(name + ".weight").tap)
{
    if (const auto found = parameters.find(name + ".bias"); found != parameters.end()) {
        bias = found->second.tensor;
    }
}

at::Tensor Linear::operator()(const at::Tensor& x) const
{
    const at::Tensor scaled = multiplier == 1 ? x : x * multiplier;
    at::Tensor y = half.defined() ? bf16Linear(scaled, weight, half, bias) : at::linear(scaled, weight, bias);
    show(y);
    return y;
}

at::Tensor Linear::part(const at::Tensor& x, std::int64_t first, bool withBias) const
{
    const at::Tensor scaled = multiplier == 1 ? x : x * multiplier;
    const at::Tensor columns = weight.narrow(1, first, x.size(1));
    const at::Tensor added = withBias ? bias : at::Tensor();
    return half.defined() ? bf16Linear(scaled, columns, half.narrow(1, first, x.size(1)), added)
                          : at::linear(scaled, columns, added);
}

LayerNorm::LayerNorm(const ParameterMap& parameters, const std::string& name)
    : gain(parameters.at(name + ".gain").tensor), bias(parameters.at(name + ".bias").tensor)
{
}

at::Tensor LayerNorm::operator()(const at::Tensor& x) const
{
    return at::layer_norm(x, gain.sizes(), gain, bias);
}

Perceptron::Perceptron(const ParameterMap& parameters, const std::string& name)
{
    const auto add = [&](const std::string& layer) {
        const bool exists = parameters.contains(layer + ".weight");
        if (exists) {
            layers.emplace_back(parameters, layer);
        }
        return exists;
    };
    while (add(name + "." + std::to_string(layers.size()))) {
    }
    add(name + ".logits");
}

at::Tensor Perceptron::tail(at::Tensor x) const
{
    for (std::size_t i = 1; i < layers.size(); ++i) {
        x = layers[i](at::relu(x));
    }
    return x;
}

} // namespace widthwise::trainer
