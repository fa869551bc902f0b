// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/families.h"
#include "core/trainer/engine/family.h"
#include "core/trainer/engine/trained_network.h"
#include "core/trainer/families/events/element_scaling.h"
#include "core/trainer/families/events/event_writer.h"
#include "core/trainer/families/events/flow_data.h"
#include "core/trainer/families/events/flow_evaluation.h"
#include "core/trainer/families/mlpf/flow_model.h"
#include "core/trainer/families/mlpf/mlpf_losses.h"
#include "core/trainer/families/mlpf/mlpf_settings.h"

namespace widthwise::trainer {

namespace {

/// Machine-learned particle flow: the transformer of jpata/particleflow.
class MlpfFamily : public Family {
public:
    MlpfFamily() : Family(mlpfFacts()) {}

    DataSizes sizes(const Settings& settings, const std::string&) const override
    {
        return facts().usualSizes(settings);
    }
    std::unique_ptr<Model> makeModel(const Settings& settings, const DataSizes&,
                                     const ModelContext& context) const override
    {
        return std::make_unique<FlowModel>(mlpfShape(settings), *facts().attentionFactor(settings), context);
    }
    std::vector<LossTerm> terms(const Settings& settings) const override;
    /// `val/loss`, of each term its mean as `val/TERM`, and the accuracies of the classifications.
    Metrics metrics(std::span<const LossTerm> terms, std::span<const TermResult> results) const override;
    std::unique_ptr<DataSource> open(const DataRequest& request) const override
    {
        return std::make_unique<FlowData>(request);
    }
    Report evaluate(const EvaluationRequest& request, std::ostream& notices) const override;
    std::string_view samples() const override { return "events"; }
    std::vector<FamilyOption> simulationOptions() const override { return {{"--preset", "small|full"}}; }
    void simulate(const ToyRequest& request) const override;
};

std::vector<LossTerm> MlpfFamily::terms(const Settings& settings) const
{
    const auto& own = settings.of<MlpfSettings>();
    const double direction = own.directionLossWeight;
    const std::array<double, mlpfTermCount> weights{
        own.binaryLossWeight, 1, own.ptLossWeight, direction, direction, direction, own.energyLossWeight};
    std::vector<LossTerm> terms;
    for (std::size_t i = 0; i < mlpfTermCount; ++i) {
        terms.push_back({std::string(mlpfTermNames[i]), weights[i]});
    }
    return terms;
}

Metrics MlpfFamily::metrics(std::span<const LossTerm> terms, std::span<const TermResult> results) const
{
    Metrics metrics{{"val/loss", lossOf(terms, results)}, {"val/accuracy", results[0].accuracy()}};
    for (std::size_t i = 0; i < terms.size(); ++i) {
        metrics.emplace_back("val/" + terms[i].name, results[i].mean());
    }
    metrics.emplace_back("val/" + terms[1].name + "_accuracy", results[1].accuracy());
    return metrics;
}

Report MlpfFamily::evaluate(const EvaluationRequest& request, std::ostream& notices) const
{
    EventFiles files{.validation = request.data};
    if (request.data.empty()) {
        files = eventFiles(request.settings, request.dataDirectory);
    }
    const EventFile file(files.validation);
    if (!request.data.empty()) {
        files.validationEvents.count = file.size();
    }
    const auto [first, count] = files.validationEvents;
    const ElementScaling scaling = readElementScaling(request.trialDirectory + "/" + elementScalingFile);
    const auto network = trainedNetwork(*this, request.settings, {}, request.checkpoint, notices);
    const EventJets jets = file.hasGenJets() ? file.readGenJets(first, count) : EventJets{};
    return flowReport(evaluateFlow(*network, file.read(first, count), jets, scaling));
}

void MlpfFamily::simulate(const ToyRequest& request) const
{
    const auto preset = request.options.find("--preset");
    writeToyEvents(
        {.path = request.path,
         .events = request.samples,
         .seed = request.seed,
         .preset = preset == request.options.end() ? ToyPreset::Small : toyPresetNamed(preset->second)});
}

} // namespace

const Family& mlpfFamily()
{
    static const MlpfFamily family;
    return family;
}

} // namespace widthwise::trainer
