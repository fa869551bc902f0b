// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/families/jets/jet_model.h"

#include "core/models/jet_layout.h"
#include "core/trainer/compute/flat_buffer.h"
#include "core/trainer/families/jets/jet_settings.h"
#include "core/trainer/families/jets/track_pairs.h"

namespace widthwise::trainer {

namespace {

/// What a task is to say, where it is computed: labels of jets or tracks, or 1 for each pair of one vertex.
struct Target {
    at::Tensor wanted;
    at::Tensor weights; ///< of the classes, or of the pairs
};

/// Labels below 0 do not count. All arguments are in memory.
Target classTarget(const at::Tensor& labels, const at::Tensor& weights, const at::Device& device,
                   TermResult& result)
{
    const at::Tensor known = labels.ge(0);
    const at::Tensor rowWeights = weights.index_select(0, labels.clamp_min(0)) * known;
    result.divisor = rowWeights.sum().item<double>();
    result.count = known.sum().item<double>();
    return {labels.to(device), weights.to(device)};
}

template <typename Real>
Target pairTarget(const JetBatch& batch, const at::Device& device, TermResult& result)
{
    PairTargets<Real> targets = pairTargets<Real>(batch);
    result.divisor = matchCount(batch);
    result.count = static_cast<double>(targets.matches.size());
    const auto moved = [&](std::vector<Real>& values) {
        return viewOf(values.data(), {std::ssize(values)}).to(device, false, true);
    };
    return {moved(targets.matches), moved(targets.weights)};
}

/// The weighted cross-entropy of `scores` [rows, classes]: its mean.
TermLoss classificationLoss(const at::Tensor& scores, const Target& target, double divisor)
{
    const at::Tensor correct = scores.argmax(1).eq(target.wanted).sum();
    if (!(divisor > 0)) {
        return {scores.sum() * 0, correct, 0};
    }
    return {at::nll_loss(at::log_softmax(scores, 1), target.wanted, target.weights, at::Reduction::Mean, -1),
            correct, divisor};
}

/// The weighted cross-entropy of `scores` [pairs]: its sum, as the mean is one over other pairs.
TermLoss pairLoss(const at::Tensor& scores, const Target& target)
{
    return {
        at::binary_cross_entropy_with_logits(scores, target.wanted, target.weights, {}, at::Reduction::Sum),
        scores.gt(0).eq(target.wanted.gt(0)).sum()};
}

at::Tensor weightTensor(const std::vector<double>& weights, std::int64_t classes, at::ScalarType type)
{
    const auto options = at::TensorOptions().dtype(type);
    return weights.empty() ? at::ones({classes}, options) : at::tensor(weights, options);
}

at::ScalarType scalarTypeOf(const at::TensorOptions& options)
{
    return c10::typeMetaToScalarType(options.dtype());
}

/// Of the labels that are known; without `weights`, each counts as 1.
double sumOfWeights(const std::vector<std::int64_t>& labels, const std::vector<double>& weights)
{
    double sum = 0;
    for (const std::int64_t label : labels) {
        if (label >= 0) {
            sum += weights.empty() ? 1 : weights[static_cast<std::size_t>(label)];
        }
    }
    return sum;
}

} // namespace

JetModel::JetModel(const Settings& settings, const DataSizes& sizes, const ModelContext& context)
    : m_inputs(settings.of<JetSettings>().inputs()), m_tasks(jetTasksOf(settings)),
      m_backend(context.backend), m_options(context.options),
      m_classWeights(settings.of<JetSettings>().classWeights),
      m_originWeights(settings.of<JetSettings>().originWeights)
{
    const at::ScalarType type = scalarTypeOf(m_options);
    m_classWeightTensor = weightTensor(m_classWeights, sizes.at(classesSize), type);
    m_originWeightTensor = weightTensor(m_originWeights, originCount, type);
}

std::vector<double> JetModel::divisors(const Batch& batch) const
{
    const auto& jets = batch.as<JetBatch>();
    std::vector<double> divisors{sumOfWeights(jets.labels, m_classWeights)};
    if (m_tasks.origins) {
        divisors.push_back(sumOfWeights(jets.origins, m_originWeights));
    }
    if (m_tasks.vertices) {
        divisors.push_back(matchCount(jets));
    }
    return divisors;
}

std::vector<TermLoss> JetModel::losses(const Batch& batch, std::span<TermResult> results) const
{
    auto& jets = batch.as<JetBatch>();
    const at::Device device = deviceOf(m_backend);
    const auto labels = [](std::vector<std::int64_t>& values) {
        return viewOf(values.data(), {std::ssize(values)});
    };
    std::vector<Target> targets; // brought to the device before there is work there to wait for
    targets.push_back(classTarget(labels(jets.labels), m_classWeightTensor, device, results[0]));
    if (m_tasks.origins) {
        targets.push_back(
            classTarget(labels(jets.origins), m_originWeightTensor, device, results[targets.size()]));
    }
    if (m_tasks.vertices) {
        TermResult& result = results[targets.size()];
        targets.push_back(scalarTypeOf(m_options) == at::kDouble ? pairTarget<double>(jets, device, result)
                                                                 : pairTarget<float>(jets, device, result));
    }
    const JetOutput output = forward(jets);
    std::vector<TermLoss> losses{classificationLoss(output.jets, targets[0], results[0].divisor)};
    if (m_tasks.origins) {
        losses.push_back(classificationLoss(output.origin, targets[1], results[1].divisor));
    }
    if (m_tasks.vertices) {
        losses.push_back(pairLoss(output.vertex, targets.back()));
    }
    return losses;
}

std::vector<at::Tensor> JetModel::outputs(const Batch& batch) const
{
    return {forward(batch.as<JetBatch>()).jets};
}

JetOutput JetModel::forward(JetBatch& batch) const
{
    const at::Device device = deviceOf(m_backend);
    const JetsWithRegisters::Operations operationsFor = [&](std::span<const std::int64_t> offsets) {
        return m_backend.ownKernels ? kernelOperations(offsets) : deviceOperations(offsets, device);
    };
    const auto operations = operationsFor(batch.offsets);
    return (*this)({.tokens = viewOf(batch.tokens.data(), {batch.offsets.back(), m_inputs}).to(m_options),
                    .offsets = viewOf(batch.offsets.data(), {std::ssize(batch.offsets)}),
                    .jets = *operations,
                    .firstTracks = batch.offsets,
                    .operationsFor = operationsFor});
}

std::unique_ptr<Model> JetFamily::makeModel(const Settings& settings, const DataSizes& sizes,
                                            const ModelContext& context) const
{
    return m_makeModel(settings, sizes, context);
}

} // namespace widthwise::trainer
