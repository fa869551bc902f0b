// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/families/mlpf/flow_model.h"

#include "core/trainer/compute/flat_buffer.h"
#include "core/trainer/families/mlpf/mlpf_losses.h"

namespace widthwise::trainer {

FlowModel::FlowModel(const MlpfShape& shape, double attentionScale, const ModelContext& context)
    : m_shape(shape), m_backend(context.backend), m_options(context.options),
      m_network(shape, context.parameters, attentionScale)
{
}

std::vector<double> FlowModel::divisors(const Batch& batch) const
{
    const auto divisors = mlpfDivisors(batch.as<FlowBatch>());
    return {divisors.begin(), divisors.end()};
}

std::vector<TermLoss> FlowModel::losses(const Batch& batch, std::span<TermResult> results) const
{
    const auto& events = batch.as<FlowBatch>();
    const MlpfTargets targets = mlpfTargets(events, m_options);
    const MlpfOutput output = forward(events);
    const auto sums = mlpfLossSums(output, targets);
    const auto divisors = mlpfDivisors(events);
    std::vector<TermLoss> losses;
    for (std::size_t i = 0; i < mlpfTermCount; ++i) {
        results[i].divisor = divisors[i];
        losses.push_back({sums[i], {}});
    }
    results[0].count = divisors[0];
    losses[0].correct = output.binary.argmax(1).eq(targets.exists).sum();
    results[1].count = divisors[2];
    losses[1].correct = output.species.argmax(1).eq(targets.classes).logical_and(targets.exists).sum();
    return losses;
}

std::vector<at::Tensor> FlowModel::outputs(const Batch& batch) const
{
    const MlpfOutput output = forward(batch.as<FlowBatch>());
    return {output.binary, output.species, output.momentum};
}

MlpfOutput FlowModel::forward(const FlowBatch& batch) const
{
    const auto events = m_backend.ownKernels
                            ? kernelEvents(batch.offsets, batch.types, m_shape.types)
                            : deviceEvents(batch.offsets, batch.types, m_shape.types, deviceOf(m_backend));
    const std::int64_t elements = batch.size();
    return m_network({tensorOf(batch.elements, {elements, m_shape.inputs}, m_options),
                      tensorOf(batch.kinematics, {elements, std::int64_t{momentumColumnCount}}, m_options),
                      *events});
}

} // namespace widthwise::trainer
