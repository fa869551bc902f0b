// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/families/jets/jet_model.h"

#include <optional>

namespace widthwise::trainer {

/// ATLAS's flavour-tagging transformer on packed tracks: initial network, pre-LN encoder, output projection,
/// gated attention pooling, one head per task. A register token goes through the encoder with the tracks of
/// its jet and is pooled with them; the heads of tracks do not see it.
class Gn2 : public JetModel {
public:
    Gn2(const Settings& settings, const DataSizes& sizes, const ModelContext& context);
    JetOutput operator()(const JetInput& input) const override;

private:
    struct Layer {
        LayerNorm attentionNorm;
        Linear qkv;
        Linear out;
        LayerNorm feedforwardNorm;
        Perceptron feedforward;
        std::string logits; ///< what its query·key is called
    };

    /// Of tracks, or of tracks and `registers`.
    at::Tensor encode(const JetInput& input, const JetsWithRegisters* registers) const;
    at::Tensor originScores(const at::Tensor& x, const at::Tensor& pooled, const JetInput& input) const;
    at::Tensor vertexScores(const at::Tensor& x, const at::Tensor& pooled, const JetInput& input) const;

    std::int64_t m_heads = 1;
    double m_attentionFactor;
    Perceptron m_initial;
    at::Tensor m_register; ///< [width]; undefined where there is none
    std::vector<Layer> m_layers;
    LayerNorm m_norm;
    bool m_normAfterReadout = false;
    Linear m_readout;
    Linear m_gate;
    Perceptron m_jetHead;
    std::optional<Perceptron> m_originHead;
    std::optional<Perceptron> m_vertexHead;
};

} // namespace widthwise::trainer
