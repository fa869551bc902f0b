// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/engine/family.h"
#include "core/trainer/families/jets/jet_tasks.h"

namespace widthwise::trainer {

/// What all families have in common that learn the flavour of jets: data in salt's layout, salt's side files,
/// rejections as evaluation, the toy simulation. A family adds its layout and its model.
class JetFamily : public Family {
public:
    Settings completed(Settings settings, const std::string& folder) const override;
    /// How many classes there are.
    DataSizes sizes(const Settings& settings, const std::string& folder) const override;
    std::vector<LossTerm> terms(const Settings& settings) const override;
    std::unique_ptr<DataSource> open(const DataRequest& request) const override;
    std::vector<FamilyOption> evaluationOptions() const override;
    Report evaluate(const EvaluationRequest& request, std::ostream& notices) const override;
    std::string_view samples() const override { return "jets"; }
    void simulate(const ToyRequest& request) const override;

protected:
    virtual JetTasks tasks(const Settings&) const { return {}; }
};

} // namespace widthwise::trainer
