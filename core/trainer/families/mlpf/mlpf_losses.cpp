// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/families/mlpf/mlpf_losses.h"

namespace widthwise::trainer {

namespace {

/// −(1 − p)²·ln p of the element's own class, where it has one.
at::Tensor focalLoss(const at::Tensor& logits, const at::Tensor& classes, const at::Tensor& isParticle)
{
    const at::Tensor logs = at::log_softmax(logits, 1).gather(1, classes.unsqueeze(1)).squeeze(1);
    const at::Tensor missing = 1 - at::exp(logs);
    return -(missing * missing * logs * isParticle).sum();
}

} // namespace

MlpfTargets mlpfTargets(const FlowBatch& batch, const at::TensorOptions& options)
{
    const std::int64_t elements = batch.size();
    const at::Tensor classes = tensorOf(batch.classes, {elements}, options.dtype(at::kLong));
    return {classes, classes.ne(0),
            tensorOf(batch.momenta, {elements, static_cast<std::int64_t>(momentumColumnCount)}, options),
            tensorOf(batch.weights, {elements}, options)};
}

std::array<at::Tensor, mlpfTermCount> mlpfLossSums(const MlpfOutput& output, const MlpfTargets& targets)
{
    const at::Tensor isParticle = targets.exists.to(output.momentum.scalar_type());
    const at::Tensor away = output.momentum - targets.momenta;
    const at::Tensor weights =
        at::stack({targets.weights, isParticle, isParticle, isParticle, targets.weights}, 1);
    const std::vector<at::Tensor> squares = (away * away * weights).sum(0).unbind(0);
    return {
        at::nll_loss(at::log_softmax(output.binary, 1), targets.exists.to(at::kLong), {}, at::Reduction::Sum),
        focalLoss(output.species, targets.classes, isParticle),
        squares[0],
        squares[1],
        squares[2],
        squares[3],
        squares[4]};
}

std::array<double, mlpfTermCount> mlpfDivisors(const FlowBatch& batch)
{
    const auto all = static_cast<double>(batch.size());
    const auto some = static_cast<double>(batch.particles());
    return {all, all, some, some, some, some, some};
}

} // namespace widthwise::trainer
