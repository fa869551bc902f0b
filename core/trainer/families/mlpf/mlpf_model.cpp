// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/families/mlpf/mlpf_model.h"

#include "core/trainer/compute/bf16_product.h"
#include "core/trainer/families/mlpf/fused_head.h"

#include <numbers>

namespace widthwise::trainer {

namespace {

/// Outputs `first` … `first + count` of the layer alone.
at::Tensor rowsOf(const Linear& layer, const at::Tensor& x, std::int64_t first, std::int64_t count)
{
    const at::Tensor scaled = layer.multiplier == 1 ? x : x * layer.multiplier;
    const at::Tensor weight = layer.weight.narrow(0, first, count);
    const at::Tensor bias = layer.bias.narrow(0, first, count);
    return layer.half.defined() ? bf16Linear(scaled, weight, layer.half.narrow(0, first, count), bias)
                                : at::linear(scaled, weight, bias);
}

/// ln cosh x without overflow.
at::Tensor logCosh(const at::Tensor& x)
{
    const at::Tensor size = x.abs();
    return size + at::log1p(at::exp(-2 * size)) - std::numbers::ln2;
}

/// ln p/E of a massless particle with the corrected pt and direction; 0 for elements that have no pt or E.
at::Tensor logMomentum(const at::Tensor& logPt, const at::Tensor& eta, const at::Tensor& kinematics)
{
    const at::Tensor pt = kinematics.select(1, 0);
    const at::Tensor energy = kinematics.select(1, 4);
    const at::Tensor known = pt.gt(0).logical_and(energy.gt(0));
    const at::Tensor ratio = at::where(known, pt / energy, at::ones_like(pt));
    return at::where(known, logPt + at::log(ratio) + logCosh(eta), at::zeros_like(logPt));
}

} // namespace

Mlpf::Head::Head(const ParameterMap& parameters, const std::string& name)
    : first(parameters, name + ".0"), norm(parameters, name + ".2"), last(parameters, name + ".4")
{
}

at::Tensor Mlpf::Head::hidden(const at::Tensor& x) const
{
    return norm(at::elu(first(x)));
}

at::Tensor Mlpf::Head::operator()(const at::Tensor& x) const
{
    const at::Tensor before = first(x);
    if (!canFuseHead(before, last)) {
        return last(norm(at::elu(before)));
    }
    at::Tensor y = fusedHead(before, norm, last);
    last.show(y);
    return y;
}

Mlpf::FeedForward::FeedForward(const ParameterMap& parameters, const std::string& name)
    : first(parameters, name + ".0"), last(parameters, name + ".2")
{
}

at::Tensor Mlpf::FeedForward::operator()(const at::Tensor& x) const
{
    return at::elu(last(at::elu(first(x))));
}

Mlpf::Layer::Layer(const ParameterMap& parameters, const std::string& name)
    : projection(parameters, name + ".mha.in_proj"), out(parameters, name + ".mha.out_proj"),
      norm0(parameters, name + ".norm0"), norm1(parameters, name + ".norm1"),
      feedforward(parameters, name + ".seq")
{
}

Mlpf::Readout::Readout(const ParameterMap& parameters, const std::string& task)
    : query(parameters.at(task + "_query").tensor), projection(parameters, task + "_readout.mha.in_proj"),
      out(parameters, task + "_readout.mha.out_proj"), queryNorm(parameters, task + "_readout.query_norm"),
      keyNorm(parameters, task + "_readout.key_norm"), postNorm(parameters, task + "_readout.post_norm"),
      feedforward(parameters, task + "_readout.ffn"), norm(parameters, task + "_norm")
{
}

Mlpf::Mlpf(const MlpfShape& shape, const ParameterMap& parameters, double attentionScale)
    : m_shape(shape), m_scale(attentionScale), m_encoder(parameters, "nn0"),
      m_classification(parameters, "classification"), m_regression(parameters, "regression"),
      m_binary(parameters, "nn_binary_particle"), m_species(parameters, "nn_pid"),
      m_eta(parameters, "nn_eta.nn"), m_sinPhi(parameters, "nn_sin_phi.nn"),
      m_cosPhi(parameters, "nn_cos_phi.nn")
{
    for (std::int64_t layer = 0; layer < shape.layers; ++layer) {
        m_layers.emplace_back(parameters, "backbone." + std::to_string(layer));
    }
    for (std::int64_t type = 0; type < shape.types; ++type) {
        m_pt.emplace_back(parameters, "nn_pt.nn." + std::to_string(type));
        m_energy.emplace_back(parameters, "nn_energy.nn." + std::to_string(type));
    }
}

MlpfOutput Mlpf::operator()(const MlpfInput& input) const
{
    const at::Tensor encoded = encode(input);
    at::Tensor x = encoded;
    for (const Layer& layer : m_layers) {
        const bool isLast = &layer == &m_layers.back();
        x = x + attend(layer, layer.norm0(x), isLast ? &encoded : nullptr, input.events);
        x = x + layer.feedforward(layer.norm1(x));
    }
    const at::Tensor classified = read(m_classification, x, input.events);
    return {m_binary(classified), m_species(classified),
            momentum(read(m_regression, x, input.events), input)};
}

/// The hidden layer is shared; of the last matrix each element takes the part of its type.
at::Tensor Mlpf::encode(const MlpfInput& input) const
{
    const auto parts = input.events.byType(m_encoder.hidden(input.elements));
    std::vector<at::Tensor> encoded;
    for (std::size_t type = 0; type < parts.size(); ++type) {
        const auto first = static_cast<std::int64_t>(type) * m_shape.width;
        encoded.push_back(rowsOf(m_encoder.last, parts[type], first, m_shape.width));
    }
    const at::Tensor x = input.events.fromTypes(encoded);
    m_encoder.last.show(x);
    return x;
}

/// The last layer's queries come from what the encoder gave, not normed.
at::Tensor Mlpf::attend(const Layer& layer, const at::Tensor& x, const at::Tensor* queries,
                        const EventOperations& events) const
{
    const auto showLogits = [&](const at::Tensor& qkv) {
        if (Tap* tap = layer.projection.openTap()) {
            tap->measureLogits(layer.projection.name + ".logits", qkv, events.offsets(), m_shape.heads(),
                               m_scale);
        }
    };
    if (queries == nullptr) {
        const at::Tensor qkv = layer.projection(x);
        showLogits(qkv);
        return layer.out(events.attention(qkv, m_shape.heads(), m_scale));
    }
    const at::Tensor query = rowsOf(layer.projection, *queries, 0, m_shape.width);
    const at::Tensor kv = rowsOf(layer.projection, x, m_shape.width, 2 * m_shape.width);
    if (layer.projection.openTap() != nullptr) {
        const at::Tensor qkv = at::cat({query, kv}, 1);
        layer.projection.show(qkv);
        showLogits(qkv);
    }
    return layer.out(events.attention(query, kv, m_shape.heads(), m_scale));
}

/// One query asks all elements of an event. As it is the same for all events, keys and values of elements are
/// never made: a head's score of an element z is q·W_k z = (W_kᵀ q)·z (a key's bias adds the same to all),
/// and its answer W_v Σ w z + b_v.
at::Tensor Mlpf::read(const Readout& readout, const at::Tensor& x, const EventOperations& events) const
{
    const std::int64_t width = m_shape.width;
    const std::int64_t heads = m_shape.heads();
    const Linear& projection = readout.projection;
    const at::Tensor asked = readout.queryNorm(readout.query).unsqueeze(0);
    const at::Tensor query = rowsOf(projection, asked, 0, width).view({heads, 1, -1});
    const auto perHead = [&](std::int64_t part) {
        return projection.weight.narrow(0, part * width, width).view({heads, -1, width});
    };
    const at::Tensor keys = at::bmm(query, perHead(1)).squeeze(1); // [heads, width]
    const at::Tensor z = readout.keyNorm(x);
    const at::Tensor seen = projection.multiplier == 1 ? z : z * projection.multiplier;
    const at::Tensor scores = at::linear(seen, keys * m_scale);
    if (Tap* tap = projection.openTap()) {
        tap->measure(projection.name + ".logits", scores);
    }
    const at::Tensor pooled = events.pool(scores, seen).transpose(0, 1); // [heads, events, width]
    const at::Tensor values = at::bmm(pooled, perHead(2).transpose(1, 2)).transpose(0, 1);
    const at::Tensor answers =
        readout.out(values.reshape({-1, width}) + projection.bias.narrow(0, 2 * width, width));
    const at::Tensor informed = events.addToElements(x, answers);
    return readout.norm(informed + readout.feedforward(readout.postNorm(informed)));
}

at::Tensor Mlpf::perType(const std::vector<Head>& heads, const std::vector<at::Tensor>& parts,
                         const EventOperations& events) const
{
    std::vector<at::Tensor> outputs;
    for (std::size_t type = 0; type < heads.size(); ++type) {
        outputs.push_back(heads[type](parts[type]));
    }
    return events.fromTypes(outputs).squeeze(1);
}

/// The loss of the energy trains its own head alone: of pt and η it takes the values.
at::Tensor Mlpf::momentum(const at::Tensor& x, const MlpfInput& input) const
{
    const auto corrected = [&](const Head& head, std::int64_t column) {
        const at::Tensor factors = head(x); // a, b
        return factors.select(1, 0) * input.kinematics.select(1, column) + factors.select(1, 1);
    };
    const std::vector<at::Tensor> parts = input.events.byType(x);
    const at::Tensor logPt = perType(m_pt, parts, input.events);
    const at::Tensor eta = corrected(m_eta, 1);
    const at::Tensor above = at::relu(perType(m_energy, parts, input.events));
    const at::Tensor logEnergy = logMomentum(logPt.detach(), eta.detach(), input.kinematics) + above;
    return at::stack({logPt, eta, corrected(m_sinPhi, 2), corrected(m_cosPhi, 3), logEnergy}, 1);
}

} // namespace widthwise::trainer
