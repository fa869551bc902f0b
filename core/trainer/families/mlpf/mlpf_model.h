// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/engine/layers.h"
#include "core/trainer/families/mlpf/event_operations.h"
#include "core/trainer/families/mlpf/mlpf_layout.h"

#include <optional>

namespace widthwise::trainer {

struct MlpfInput {
    at::Tensor elements;   ///< [elements, inputs], as the encoder sees them
    at::Tensor kinematics; ///< [elements, 5]: pt, η, sin φ, cos φ, E in physical units
    const EventOperations& events;
};

struct MlpfOutput {
    at::Tensor binary;   ///< [elements, 2] logits: no particle, a particle
    at::Tensor species;  ///< [elements, classes] logits
    at::Tensor momentum; ///< [elements, 5]: ln pt/pt_element, η, sin φ, cos φ, ln E/E_element
};

/// The transformer of particleflow: an encoder with its last matrix per type of element, layers of attention
/// within the event, for each task a query whose one answer is added to all elements of the event, and heads
/// that correct the element's own momentum.
class Mlpf {
public:
    /// `attentionScale`: on query·key.
    Mlpf(const MlpfShape& shape, const ParameterMap& parameters, double attentionScale);
    MlpfOutput operator()(const MlpfInput& input) const;

private:
    /// Linear, ELU, norm, linear.
    struct Head {
        Head(const ParameterMap& parameters, const std::string& name);
        at::Tensor hidden(const at::Tensor& x) const;
        at::Tensor operator()(const at::Tensor& x) const;

        Linear first;
        LayerNorm norm;
        Linear last;
    };
    struct FeedForward {
        FeedForward(const ParameterMap& parameters, const std::string& name);
        at::Tensor operator()(const at::Tensor& x) const;

        Linear first;
        Linear last;
    };
    struct Layer {
        Layer(const ParameterMap& parameters, const std::string& name);

        Linear projection;
        Linear out;
        LayerNorm norm0;
        LayerNorm norm1;
        FeedForward feedforward;
    };
    struct Readout {
        Readout(const ParameterMap& parameters, const std::string& task);

        at::Tensor query;
        Linear projection;
        Linear out;
        LayerNorm queryNorm;
        LayerNorm keyNorm;
        LayerNorm postNorm;
        FeedForward feedforward;
        LayerNorm norm;
    };

    at::Tensor encode(const MlpfInput& input) const;
    at::Tensor attend(const Layer& layer, const at::Tensor& x, const at::Tensor* queries,
                      const EventOperations& events) const;
    at::Tensor read(const Readout& readout, const at::Tensor& x, const EventOperations& events) const;
    at::Tensor perType(const std::vector<Head>& heads, const std::vector<at::Tensor>& parts,
                       const EventOperations& events) const;
    at::Tensor momentum(const at::Tensor& x, const MlpfInput& input) const;

    MlpfShape m_shape;
    double m_scale;
    Head m_encoder;
    std::vector<Layer> m_layers;
    Readout m_classification;
    Readout m_regression;
    Head m_binary;
    Head m_species;
    std::vector<Head> m_pt; ///< one per type
    Head m_eta;
    Head m_sinPhi;
    Head m_cosPhi;
    std::vector<Head> m_energy; ///< one per type
};

} // namespace widthwise::trainer
