// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/models/settings.h"
#include "core/trainer/compute/register_tokens.h"
#include "core/trainer/engine/family.h"
#include "core/trainer/engine/model.h"
#include "core/trainer/families/jets/jet_family.h"
#include "core/trainer/families/jets/jet_sample.h"
#include "core/trainer/families/jets/jet_tasks.h"

#include <span>
#include <vector>

namespace widthwise::trainer {

struct JetInput {
    at::Tensor tokens;  ///< [tracks, inputs], on the device
    at::Tensor offsets; ///< [jets + 1], int64, in memory: where each jet's tracks begin
    const JetOperations& jets;
    std::span<const std::int64_t> firstTracks; ///< as `offsets`
    /// Makes what computes across other tokens than the tracks, by where those of each jet begin.
    const JetsWithRegisters::Operations& operationsFor;
};

/// Scores before the softmax; undefined for a task that the model does not have.
struct JetOutput {
    at::Tensor jets;   ///< [jets, classes]
    at::Tensor origin; ///< [tracks, origins]
    /// [ordered pairs of different tracks of a jet], jet by jet, first track by first track
    at::Tensor vertex;
};

/// A model that learns the flavour of jets, and what else its family's facts say. Its output for an
/// evaluation are the jets' scores.
class JetModel : public Model {
public:
    JetModel(const Settings& settings, const DataSizes& sizes, const ModelContext& context);

    std::vector<double> divisors(const Batch& batch) const override;
    std::vector<TermLoss> losses(const Batch& batch, std::span<TermResult> results) const override;
    std::vector<at::Tensor> outputs(const Batch& batch) const override;

    virtual JetOutput operator()(const JetInput& input) const = 0;

private:
    JetOutput forward(JetBatch& batch) const;

    std::int64_t m_inputs;
    JetTasks m_tasks;
    Backend m_backend;
    at::TensorOptions m_options;
    std::vector<double> m_classWeights;
    std::vector<double> m_originWeights;
    at::Tensor m_classWeightTensor;
    at::Tensor m_originWeightTensor;
};

} // namespace widthwise::trainer
