// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/engine/model.h"
#include "core/trainer/families/events/flow_batch.h"
#include "core/trainer/families/mlpf/mlpf_model.h"

namespace widthwise::trainer {

/// The transformer, for the engine. Its outputs are those of MlpfOutput.
class FlowModel : public Model {
public:
    FlowModel(const MlpfShape& shape, double attentionScale, const ModelContext& context);

    std::vector<double> divisors(const Batch& batch) const override;
    std::vector<TermLoss> losses(const Batch& batch, std::span<TermResult> results) const override;
    std::vector<at::Tensor> outputs(const Batch& batch) const override;

private:
    MlpfOutput forward(const FlowBatch& batch) const;

    MlpfShape m_shape;
    Backend m_backend;
    at::TensorOptions m_options;
    Mlpf m_network;
};

} // namespace widthwise::trainer
