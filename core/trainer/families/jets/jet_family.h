// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/engine/family.h"
#include "core/trainer/families/jets/jet_tasks.h"

namespace widthwise::trainer {

/// What all families have in common that learn the flavour of jets: data in salt's layout, salt's side files,
/// rejections as evaluation, the toy simulation. A family adds what is known of it without LibTorch, and its
/// model.
class JetFamily : public Family {
public:
    using MakeModel = std::unique_ptr<Model> (*)(const Settings&, const DataSizes&, const ModelContext&);

    JetFamily(const FamilyFacts& facts, MakeModel make) : Family(facts), m_makeModel(make) {}

    std::unique_ptr<Model> makeModel(const Settings& settings, const DataSizes& sizes,
                                     const ModelContext& context) const override;
    Settings completed(Settings settings, const std::string& folder) const override;
    /// How many classes there are.
    DataSizes sizes(const Settings& settings, const std::string& folder) const override;
    /// `jets` with the weight 1, then `origin` and `vertex` where they are learnt.
    std::vector<LossTerm> terms(const Settings& settings) const override;
    std::unique_ptr<DataSource> open(const DataRequest& request) const override;
    std::vector<FamilyOption> evaluationOptions() const override;
    Report evaluate(const EvaluationRequest& request, std::ostream& notices) const override;
    std::string_view samples() const override { return "jets"; }
    void simulate(const ToyRequest& request) const override;

private:
    MakeModel m_makeModel;
};

/// For JetFamily, of a JetModel with the constructor of that.
template <typename ModelType>
std::unique_ptr<Model> makeJetModel(const Settings& settings, const DataSizes& sizes,
                                    const ModelContext& context)
{
    return std::make_unique<ModelType>(settings, sizes, context);
}

/// What the settings' family, one of jets, learns of them.
JetTasks jetTasksOf(const Settings& settings);

} // namespace widthwise::trainer
