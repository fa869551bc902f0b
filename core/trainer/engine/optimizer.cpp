// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/engine/optimizer.h"

#include "core/trainer/compute/instruction_set.h"
#include "core/trainer/compute/sum_of_squares.h"

#include <algorithm>
#include <array>
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

constexpr std::size_t block = 1024; ///< its values, gradient and state fit into the fastest cache

/// Calls move(begin, size) for one block of `values` after the other, and measures it with what is at hand
/// then. The blocks are the same without norms: their last values are computed by other instructions.
template <typename Real, typename Move>
void moveInBlocks(std::span<const Real> values, std::span<const Real> gradient, UpdateNorms* norms,
                  const Move& move)
{
    UpdateNorms squares;
    for (std::size_t begin = 0; begin < values.size(); begin += block) {
        const std::size_t size = std::min(block, values.size() - begin);
        if (norms == nullptr) {
            move(begin, size);
            continue;
        }
        std::array<Real, block> before;
        std::ranges::copy(values.subspan(begin, size), before.begin());
        move(begin, size);
        squares.gradient += sumOfSquares(gradient.subspan(begin, size));
        squares.update += sumOfSquares<Real>(values.subspan(begin, size), std::span(before).first(size));
    }
    if (norms != nullptr) {
        *norms = {std::sqrt(squares.gradient), std::sqrt(squares.update)};
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
                             std::span<Real> values, std::span<const Real> gradient,
                             std::span<UpdateNorms> norms)
{
    const auto count = static_cast<double>(step + 1);
    for (std::size_t i = 0; i < m_segments.size(); ++i) {
        const Segment& segment = m_segments[i];
        const double segmentRate = segment.scaling.learningRate * rate;
        const double decay = segment.scaling.weightDecay * m_settings.weightDecay;
        const std::span value = values.subspan(segment.begin, segment.end - segment.begin);
        const std::span slope = gradient.subspan(segment.begin, value.size());
        Real* first = &m_first[segment.begin];
        UpdateNorms* measured = norms.empty() ? nullptr : &norms[i];
        if (m_settings.kind == OptimizerKind::Sgd) {
            const SgdStep sgdStep{decay, m_settings.momentum, segmentRate, gradientScale};
            moveInBlocks<Real>(value, slope, measured, [&](std::size_t begin, std::size_t size) {
                dispatch<sgd<Real>>(size, &value[begin], first + begin, &slope[begin], sgdStep);
            });
            continue;
        }
        const AdamStep adamStep{.keep = 1 - segmentRate * decay,
                                .beta1 = beta1,
                                .beta2 = m_settings.beta2,
                                .stepSize = segmentRate / (1 - std::pow(beta1, count)),
                                .correction = 1 / std::sqrt(1 - std::pow(m_settings.beta2, count)),
                                .epsilon = segment.scaling.epsilon * m_settings.epsilon,
                                .gradientScale = gradientScale};
        Real* second = &m_second[segment.begin];
        moveInBlocks<Real>(value, slope, measured, [&](std::size_t begin, std::size_t size) {
            dispatch<adam<Real>>(size, &value[begin], first + begin, second + begin, &slope[begin], adamStep);
        });
    }
}

template class Optimizer<float>;
template class Optimizer<double>;

} // namespace widthwise::trainer
