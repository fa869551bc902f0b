// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/engine/family.h"

namespace widthwise::trainer {

/// Machine-learned particle flow: the transformer of jpata/particleflow.
class MlpfFamily : public Family {
public:
    std::string_view name() const override { return "mlpf"; }
    DataSizes sizes(const Settings& settings, const std::string& folder) const override;
    std::vector<ParameterSpec> parameters(const Settings& settings, const DataSizes& sizes) const override;
    std::optional<double> attentionFactor(const Settings& settings) const override;
    std::unique_ptr<Model> makeModel(const Settings& settings, const DataSizes& sizes,
                                     const ModelContext& context) const override;
    std::vector<LossTerm> terms(const Settings& settings) const override;
    /// `val/loss`, of each term its mean as `val/TERM`, and the accuracies of the classifications.
    Metrics metrics(std::span<const LossTerm> terms, std::span<const TermResult> results) const override;
    std::unique_ptr<DataSource> open(const DataRequest& request) const override;
    Report evaluate(const EvaluationRequest& request, std::ostream& notices) const override;
    std::string_view samples() const override { return "events"; }
    std::vector<FamilyOption> simulationOptions() const override { return {{"--preset", "small|full"}}; }
    void simulate(const ToyRequest& request) const override;
};

} // namespace widthwise::trainer
