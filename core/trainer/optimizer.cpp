// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/optimizer.h"

#include "core/trainer/instruction_set.h"

#include <cmath>

namespace widthwise::trainer {

namespace {

struct AdamStep {
    double keep; ///< of the value: 1 − rate · decay
    double beta1;
    double beta2;
    double stepSize;   ///< rate / (1 − β₁ᵗ)
    double correction; ///< 1 / √(1 − β₂ᵗ)
    double epsilon;
    double gradientScale;
};

template <typename Real>
[[gnu::always_inline]] inline void adam(std::size_t size, Real* __restrict values, Real* __restrict first,
                                        Real* __restrict second, const Real* __restrict gradient,
                                        const AdamStep& step)
{
    const auto keep = static_cast<Real>(step.keep);
    const auto beta1 = static_cast<Real>(step.beta1);
    const auto beta2 = static_cast<Real>(step.beta2);
    const auto new1 = static_cast<Real>(1 - step.beta1);
    const auto new2 = static_cast<Real>(1 - step.beta2);
    const auto stepSize = static_cast<Real>(step.stepSize);
    const auto correction = static_cast<Real>(step.correction);
    const auto epsilon = static_cast<Real>(step.epsilon);
    const auto scale = static_cast<Real>(step.gradientScale);
    for (std::size_t i = 0; i < size; ++i) {
        const Real g = gradient[i] * scale;
        first[i] = beta1 * first[i] + new1 * g;
        second[i] = beta2 * second[i] + new2 * g * g;
        values[i] = keep * values[i] - stepSize * first[i] / (std::sqrt(second[i]) * correction + epsilon);
    }
}

struct SgdStep {
    double decay;
    double momentum;
    double rate;
    double gradientScale;
};

template <typename Real>
[[gnu::always_inline]] inline void sgd(std::size_t size, Real* __restrict values, Real* __restrict velocity,
                                       const Real* __restrict gradient, const SgdStep& step)
{
    const auto decay = static_cast<Real>(step.decay);
    const auto momentum = static_cast<Real>(step.momentum);
    const auto rate = static_cast<Real>(step.rate);
    const auto scale = static_cast<Real>(step.gradientScale);
    for (std::size_t i = 0; i < size; ++i) {
        velocity[i] = momentum * velocity[i] + (gradient[i] * scale + decay * values[i]);
        values[i] -= rate * velocity[i];
    }
}

} // namespace

template <typename Real>
Optimizer<Real>::Optimizer(const OptimizerSettings& settings, std::vector<Segment> segments, std::size_t size)
    : m_settings(settings), m_segments(std::move(segments)), m_first(size),
      m_second(settings.kind == OptimizerKind::Sgd ? 0 : size)
{
}

template <typename Real>
void Optimizer<Real>::update(std::int64_t step, double rate, double beta1, double gradientScale,
                             std::span<Real> values, std::span<const Real> gradient)
{
    const auto count = static_cast<double>(step + 1);
    for (const Segment& segment : m_segments) {
        const std::size_t size = segment.end - segment.begin;
        const double segmentRate = segment.scaling.learningRate * rate;
        const double decay = segment.scaling.weightDecay * m_settings.weightDecay;
        Real* value = &values[segment.begin];
        const Real* slope = &gradient[segment.begin];
        if (m_settings.kind == OptimizerKind::Sgd) {
            dispatch<sgd<Real>>(size, value, &m_first[segment.begin], slope,
                                SgdStep{decay, m_settings.momentum, segmentRate, gradientScale});
            continue;
        }
        const AdamStep adamStep{.keep = 1 - segmentRate * decay,
                                .beta1 = beta1,
                                .beta2 = m_settings.beta2,
                                .stepSize = segmentRate / (1 - std::pow(beta1, count)),
                                .correction = 1 / std::sqrt(1 - std::pow(m_settings.beta2, count)),
                                .epsilon = segment.scaling.epsilon * m_settings.epsilon,
                                .gradientScale = gradientScale};
        dispatch<adam<Real>>(size, value, &m_first[segment.begin], &m_second[segment.begin], slope, adamStep);
    }
}

template class Optimizer<float>;
template class Optimizer<double>;

} // namespace widthwise::trainer
