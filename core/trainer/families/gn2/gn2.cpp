// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/families/gn2/gn2.h"

#include "core/models/families.h"
#include "core/trainer/families/gn2/gn2_layout.h"
#include "core/trainer/families/gn2/gn2_settings.h"

namespace widthwise::trainer {

Gn2::Gn2(const Settings& settings, const DataSizes& sizes, const ModelContext& context)
    : JetModel(settings, sizes, context), m_attentionFactor(*factsOf(settings).attentionFactor(settings)),
      m_initial(context.parameters, "initial"), m_norm(context.parameters, "encoder.norm"),
      m_readout(context.parameters, "encoder.readout"), m_gate(context.parameters, "pool.gate"),
      m_jetHead(context.parameters, "jets")
{
    const auto& own = settings.of<Gn2Settings>();
    const ParameterMap& parameters = context.parameters;
    m_heads = settings.width / own.widthOfHead(settings.width);
    m_normAfterReadout = own.normAfterReadout;
    if (own.registerToken) {
        m_register = parameters.at("encoder.register").tensor;
    }
    for (std::int64_t i = 0; i < settings.layers; ++i) {
        const std::string name = "encoder." + std::to_string(i);
        m_layers.push_back({{parameters, name + ".attention.norm"},
                            {parameters, name + ".attention.qkv"},
                            {parameters, name + ".attention.out"},
                            {parameters, name + ".feedforward.norm"},
                            {parameters, name + ".feedforward"},
                            gn2LogitsOf(i)});
    }
    if (own.originTask) {
        m_originHead.emplace(parameters, "origin");
    }
    if (own.vertexTask) {
        m_vertexHead.emplace(parameters, "vertex");
    }
}

JetOutput Gn2::operator()(const JetInput& input) const
{
    std::optional<JetsWithRegisters> registers;
    if (m_register.defined()) {
        registers.emplace(input.firstTracks, input.tokens.device(), input.operationsFor);
    }
    const at::Tensor all = encode(input, registers ? &*registers : nullptr);
    const JetOperations& jets = registers ? registers->jets() : input.jets;
    const at::Tensor pooled = jets.pool(m_gate(all), all);
    const at::Tensor x = registers ? registers->tracksOf(all) : all;
    return {m_jetHead(pooled), m_originHead ? originScores(x, pooled, input) : at::Tensor(),
            m_vertexHead ? vertexScores(x, pooled, input) : at::Tensor()};
}

at::Tensor Gn2::encode(const JetInput& input, const JetsWithRegisters* registers) const
{
    at::Tensor x = m_initial(input.tokens);
    if (registers != nullptr) {
        x = registers->join(x, m_register);
    }
    const JetOperations& jets = registers != nullptr ? registers->jets() : input.jets;
    const at::Tensor& offsets = registers != nullptr ? registers->offsets() : input.offsets;
    for (const Layer& layer : m_layers) {
        const at::Tensor qkv = layer.qkv(layer.attentionNorm(x));
        if (Tap* tap = layer.qkv.openTap()) {
            tap->measureLogits(layer.logits, qkv, offsets, m_heads, m_attentionFactor);
        }
        x = x + layer.out(jets.attention(qkv, m_heads, m_attentionFactor));
        x = x + layer.feedforward(layer.feedforwardNorm(x));
    }
    return m_normAfterReadout ? m_norm(m_readout(x)) : m_readout(m_norm(x));
}

/// The first layer acts on [track; jet]: its jet part is computed once a jet.
at::Tensor Gn2::originScores(const at::Tensor& x, const at::Tensor& pooled, const JetInput& input) const
{
    const Linear& first = m_originHead->layers.front();
    const at::Tensor ofJet = input.jets.spread(first.part(pooled, x.size(1), true));
    const at::Tensor ofTrack = first.part(x, 0, false) + ofJet;
    first.show(ofTrack);
    return m_originHead->tail(ofTrack);
}

/// The first layer acts on [track; other track; jet], each part computed once, not once a pair.
at::Tensor Gn2::vertexScores(const at::Tensor& x, const at::Tensor& pooled, const JetInput& input) const
{
    const Linear& first = m_vertexHead->layers.front();
    const std::int64_t width = x.size(1);
    const at::Tensor one = first.part(x, 0, false);
    const at::Tensor other = first.part(x, width, false);
    const at::Tensor ofJet = first.part(pooled, 2 * width, true);
    if (Tap* tap = first.openTap()) {
        tap->measurePairs(first.name, one, other, ofJet, input.offsets);
    }
    return m_vertexHead->tail(input.jets.pairs(one, other, ofJet)).squeeze(1);
}

} // namespace widthwise::trainer
