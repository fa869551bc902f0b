// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/compute/head_pool.h"

#include "core/trainer/compute/instruction_set.h"

#include <algorithm>
#include <cmath>

namespace widthwise::trainer {

namespace {

/// Of the event's rows `first` … `end`, head by head, in place.
template <typename Real>
[[gnu::always_inline]] inline void softmax(Real* scores, std::int64_t first, std::int64_t end,
                                           std::int64_t heads)
{
    for (std::int64_t h = 0; h < heads; ++h) {
        Real top = scores[first * heads + h];
        for (std::int64_t i = first; i < end; ++i) {
            top = std::max(top, scores[i * heads + h]);
        }
        Real sum = 0;
        for (std::int64_t i = first; i < end; ++i) {
            Real& score = scores[i * heads + h];
            score = std::exp(score - top);
            sum += score;
        }
        for (std::int64_t i = first; i < end; ++i) {
            scores[i * heads + h] /= sum;
        }
    }
}

template <typename Real>
[[gnu::always_inline]] inline void pool(const PoolShape& shape, const Real* __restrict x,
                                        Real* __restrict pooled, Real* __restrict weights)
{
    const std::int64_t heads = shape.heads;
    const std::int64_t width = shape.width;
    for (std::size_t event = 0; event + 1 < shape.offsets.size(); ++event, pooled += heads * width) {
        std::fill_n(pooled, heads * width, Real{0});
        const std::int64_t first = shape.offsets[event];
        const std::int64_t end = shape.offsets[event + 1];
        if (first == end) {
            continue;
        }
        softmax(weights, first, end, heads);
        for (std::int64_t i = first; i < end; ++i) {
            for (std::int64_t h = 0; h < heads; ++h) {
                const Real weight = weights[i * heads + h];
                for (std::int64_t k = 0; k < width; ++k) {
                    pooled[h * width + k] += weight * x[i * width + k];
                }
            }
        }
    }
}

/// Sixteen sums side by side, which loops over neighbours can be made of.
template <typename Real>
[[gnu::always_inline]] inline Real dot(const Real* __restrict a, const Real* __restrict b, std::int64_t size)
{
    constexpr std::int64_t lanes = 16;
    Real sums[lanes] = {};
    std::int64_t k = 0;
    for (; k + lanes <= size; k += lanes) {
        for (std::int64_t l = 0; l < lanes; ++l) {
            sums[l] += a[k + l] * b[k + l];
        }
    }
    Real sum = 0;
    for (; k < size; ++k) {
        sum += a[k] * b[k];
    }
    for (std::int64_t l = 0; l < lanes; ++l) {
        sum += sums[l];
    }
    return sum;
}

/// With w = softmax(s) and P = Σ w x: dx = w dP, dw = x·dP, ds = w (dw − Σ w dw).
template <typename Real>
[[gnu::always_inline]] inline void unpool(const PoolShape& shape, const Real* __restrict weights,
                                          const Real* __restrict x, const Real* __restrict upstream,
                                          Real* __restrict scoreGradient, Real* __restrict xGradient)
{
    const std::int64_t heads = shape.heads;
    const std::int64_t width = shape.width;
    for (std::size_t event = 0; event + 1 < shape.offsets.size(); ++event, upstream += heads * width) {
        const std::int64_t first = shape.offsets[event];
        const std::int64_t end = shape.offsets[event + 1];
        for (std::int64_t i = first; i < end; ++i) {
            std::fill_n(xGradient + i * width, width, Real{0});
            for (std::int64_t h = 0; h < heads; ++h) {
                const Real weight = weights[i * heads + h];
                for (std::int64_t k = 0; k < width; ++k) {
                    xGradient[i * width + k] += weight * upstream[h * width + k];
                }
                scoreGradient[i * heads + h] = dot(x + i * width, upstream + h * width, width);
            }
        }
        for (std::int64_t h = 0; h < heads; ++h) {
            Real mean = 0;
            for (std::int64_t i = first; i < end; ++i) {
                mean += weights[i * heads + h] * scoreGradient[i * heads + h];
            }
            for (std::int64_t i = first; i < end; ++i) {
                Real& gradient = scoreGradient[i * heads + h];
                gradient = weights[i * heads + h] * (gradient - mean);
            }
        }
    }
}

} // namespace

template <typename Real>
void headPoolForward(const PoolShape& shape, const Real* scores, const Real* x, Real* pooled, Real* weights)
{
    std::copy_n(scores, shape.offsets.back() * shape.heads, weights);
    dispatch<pool<Real>>(shape, x, pooled, weights);
}

template <typename Real>
void headPoolBackward(const PoolShape& shape, const Real* weights, const Real* x, const Real* pooledGradient,
                      Real* scoreGradient, Real* xGradient)
{
    dispatch<unpool<Real>>(shape, weights, x, pooledGradient, scoreGradient, xGradient);
}

template void headPoolForward(const PoolShape&, const float*, const float*, float*, float*);
template void headPoolForward(const PoolShape&, const double*, const double*, double*, double*);
template void headPoolBackward(const PoolShape&, const float*, const float*, const float*, float*, float*);
template void headPoolBackward(const PoolShape&, const double*, const double*, const double*, double*,
                               double*);

} // namespace widthwise::trainer
