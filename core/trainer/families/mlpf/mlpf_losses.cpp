// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/families/mlpf/mlpf_losses.h"

#include <algorithm>

namespace widthwise::trainer {

namespace {

/// A copy where and in the precision in which `like` is computed.
template <typename Number>
at::Tensor tensorOf(const std::vector<Number>& numbers, at::IntArrayRef shape, const at::Tensor& like)
{
    const auto type = std::is_integral_v<Number> ? at::kLong : like.scalar_type();
    // from_blob takes what it only reads from as changeable
    return at::from_blob(const_cast<Number*>(numbers.data()), shape,
                         at::TensorOptions().dtype(c10::CppTypeToScalarType<Number>::value))
        .to(at::TensorOptions().dtype(type).device(like.device()), false, true);
}

/// −(1 − p)²·ln p of the element's own class, where it has one.
at::Tensor focalLoss(const at::Tensor& logits, const at::Tensor& classes, const at::Tensor& isParticle)
{
    const at::Tensor logs = at::log_softmax(logits, 1).gather(1, classes.unsqueeze(1)).squeeze(1);
    const at::Tensor missing = 1 - at::exp(logs);
    return -(missing * missing * logs * isParticle).sum();
}

} // namespace

MlpfLossTerms mlpfLossTerms(const MlpfOutput& output, const FlowBatch& batch, const MlpfLossWeights& weights)
{
    const std::int64_t elements = batch.size();
    const at::Tensor classes = tensorOf(batch.classes, {elements}, output.momentum);
    const at::Tensor wanted =
        tensorOf(batch.momenta, {elements, static_cast<std::int64_t>(momentumColumnCount)}, output.momentum);
    const at::Tensor roots = tensorOf(batch.weights, {elements}, output.momentum);
    const at::Tensor exists = classes.ne(0);
    const at::Tensor isParticle = exists.to(output.momentum.scalar_type());

    const at::Tensor away = output.momentum - wanted;
    const at::Tensor weighted = at::stack({roots, isParticle, isParticle, isParticle, roots}, 1);
    const std::vector<at::Tensor> squares = (away * away * weighted).sum(0).unbind(0);
    const std::array<at::Tensor, mlpfTermCount> sums{
        at::nll_loss(at::log_softmax(output.binary, 1), exists.to(at::kLong), {}, at::Reduction::Sum),
        focalLoss(output.species, classes, isParticle),
        squares[0],
        squares[1],
        squares[2],
        squares[3],
        squares[4]};
    MlpfLossTerms terms;
    const auto particles = static_cast<double>(batch.particles());
    for (std::size_t i = 0; i < mlpfTermCount; ++i) {
        terms[i] = {mlpfTermNames[i], sums[i], weights[i], i < 2 ? static_cast<double>(elements) : particles};
    }
    return terms;
}

at::Tensor mlpfLoss(const MlpfLossTerms& terms, const FlowBatch& batch)
{
    const std::array<std::int64_t, 2> wholes{batch.wholeElements, batch.wholeParticles};
    at::Tensor loss;
    for (std::size_t i = 0; i < mlpfTermCount; ++i) {
        const auto whole = static_cast<double>(wholes[i < 2 ? 0 : 1]);
        const double count = std::max(1.0, whole > 0 ? whole : terms[i].count);
        const at::Tensor part = terms[i].sum * (terms[i].weight / count);
        loss = loss.defined() ? loss + part : part;
    }
    return loss;
}

} // namespace widthwise::trainer
