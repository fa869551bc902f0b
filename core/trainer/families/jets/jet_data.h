// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/families/jets/training_data.h"

namespace widthwise::trainer {

/// The jets of a run, for the engine.
class JetData : public DataSource {
public:
    /// Throws InputError.
    explicit JetData(const DataRequest& request);

    std::int64_t stepsPerEpoch() const override { return m_data.training.stepsPerEpoch(); }
    Batch batch(std::int64_t step) override { return m_data.training.batch(step); }
    Batch fixedBatch() override { return m_data.training.fixedBatch(); }
    std::size_t validationChunks() const override;
    Batch validationChunk(std::size_t chunk) const override;
    /// The rejections of `headlines`.
    Metrics evaluate(Predictor& network) const override;
    /// salt's norm_dict.yaml and class_dict.yaml.
    void writeSideFiles(const std::string& folder) const override;
    std::string summary() const override;

private:
    TrainingData m_data;
    std::string m_path; ///< of the training jets
};

} // namespace widthwise::trainer
