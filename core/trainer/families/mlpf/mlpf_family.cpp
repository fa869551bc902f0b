// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/families/mlpf/mlpf_family.h"

#include "core/trainer/engine/trained_network.h"
#include "core/trainer/families/mlpf/element_scaling.h"
#include "core/trainer/families/mlpf/event_writer.h"
#include "core/trainer/families/mlpf/flow_data.h"
#include "core/trainer/families/mlpf/flow_evaluation.h"
#include "core/trainer/families/mlpf/flow_model.h"
#include "core/trainer/families/mlpf/mlpf_losses.h"

namespace widthwise::trainer {

namespace {

MlpfShape shapeOf(const Settings& settings)
{
    return {.inputs = elementColumnCount,
            .classes = particleClassCount,
            .types = elementTypeCount,
            .width = settings.width,
            .baseWidth = settings.baseWidth,
            .headWidth = settings.widthOfHead(),
            .layers = settings.layers,
            .identityStart = settings.identityStart,
            .zeroReadout = settings.zeroReadout,
            .zeroQuery = settings.zeroQuery};
}

} // namespace

/// The layout of events is always the same.
DataSizes MlpfFamily::sizes(const Settings&, const std::string&) const
{
    return {};
}

std::vector<ParameterSpec> MlpfFamily::parameters(const Settings& settings, const DataSizes&) const
{
    return mlpfParameters(shapeOf(settings));
}

std::optional<double> MlpfFamily::attentionFactor(const Settings& settings) const
{
    return attentionScale(settings.parametrization, settings.widthOfHead(), settings.baseWidthOfHead(),
                          settings.ablate);
}

std::unique_ptr<Model> MlpfFamily::makeModel(const Settings& settings, const DataSizes&,
                                             const ModelContext& context) const
{
    return std::make_unique<FlowModel>(shapeOf(settings), *attentionFactor(settings), context);
}

std::vector<LossTerm> MlpfFamily::terms(const Settings& settings) const
{
    const std::array<double, mlpfTermCount> weights{
        settings.binaryLossWeight,    1,
        settings.ptLossWeight,        settings.directionLossWeight,
        settings.directionLossWeight, settings.directionLossWeight,
        settings.energyLossWeight};
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

std::unique_ptr<DataSource> MlpfFamily::open(const DataRequest& request) const
{
    return std::make_unique<FlowData>(request);
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

} // namespace widthwise::trainer
