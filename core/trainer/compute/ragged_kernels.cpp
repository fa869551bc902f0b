// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/compute/ragged_kernels.h"

#include "core/trainer/compute/instruction_set.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace widthwise::trainer {

namespace {

/// `to[i] += factor * from[i]`.
template <typename Real>
[[gnu::always_inline]] inline void accumulate(std::int64_t size, Real factor, const Real* __restrict from,
                                              Real* __restrict to)
{
    for (std::int64_t i = 0; i < size; ++i) {
        to[i] += factor * from[i];
    }
}

/// One head of one jet: row i of a part lies `stride` values behind row i − 1.
struct Head {
    std::int64_t tokens;
    std::int64_t width;
    std::int64_t stride;
};

/// `rows` [tokens, width] as [width, tokens], so that the loops over keys run over neighbours.
template <typename Real>
[[gnu::always_inline]] inline void transpose(const Head& head, const Real* __restrict rows,
                                             Real* __restrict columns)
{
    for (std::int64_t i = 0; i < head.tokens; ++i) {
        for (std::int64_t k = 0; k < head.width; ++k) {
            columns[k * head.tokens + i] = rows[i * head.stride + k];
        }
    }
}

/// `row[j]` = Σₖ query[k] · columns[k][j].
template <typename Real>
[[gnu::always_inline]] inline void multiplyRow(const Head& head, const Real* __restrict query,
                                               const Real* __restrict columns, Real* __restrict row)
{
    std::fill_n(row, head.tokens, Real{0});
    for (std::int64_t k = 0; k < head.width; ++k) {
        accumulate(head.tokens, query[k], columns + k * head.tokens, row);
    }
}

template <typename Real>
[[gnu::always_inline]] inline void softmax(std::int64_t size, Real scale, Real* row)
{
    Real top = row[0];
    for (std::int64_t j = 1; j < size; ++j) {
        top = std::max(top, row[j]);
    }
    Real sum = 0;
    for (std::int64_t j = 0; j < size; ++j) {
        row[j] = std::exp(scale * (row[j] - top));
        sum += row[j];
    }
    for (std::int64_t j = 0; j < size; ++j) {
        row[j] /= sum;
    }
}

template <typename Real>
[[gnu::always_inline]] inline void headForward(const Head& head, Real scale, const Real* qkv, Real* output,
                                               Real* weights, Real* scratch)
{
    const std::int64_t third = head.stride / 3;
    const Real* values = qkv + 2 * third;
    transpose(head, qkv + third, scratch);
    for (std::int64_t i = 0; i < head.tokens; ++i) {
        Real* row = weights + i * head.tokens;
        multiplyRow(head, qkv + i * head.stride, scratch, row);
        softmax(head.tokens, scale, row);
        Real* to = output + i * third;
        std::fill_n(to, head.width, Real{0});
        for (std::int64_t j = 0; j < head.tokens; ++j) {
            accumulate(head.width, row[j], values + j * head.stride, to);
        }
    }
}

/// With P = softmax(s·QKᵀ) and O = PV: dV = Pᵀ dO, dP = dO Vᵀ, dS = P ∘ (dP − rowsum(P ∘ dP)), dQ = s·dS K,
/// dK = s·dSᵀ Q.
template <typename Real>
[[gnu::always_inline]] inline void headBackward(const Head& head, Real scale, const Real* qkv,
                                                const Real* weights, const Real* outputGradient,
                                                Real* qkvGradient, Real* scratch)
{
    const std::int64_t third = head.stride / 3;
    Real* slopes = scratch + head.width * head.tokens;
    transpose(head, qkv + 2 * third, scratch);
    for (std::int64_t i = 0; i < head.tokens; ++i) {
        const Real* row = weights + i * head.tokens;
        const Real* upstream = outputGradient + i * third;
        multiplyRow(head, upstream, scratch, slopes);
        Real mean = 0;
        for (std::int64_t j = 0; j < head.tokens; ++j) {
            mean += row[j] * slopes[j];
        }
        const Real* query = qkv + i * head.stride;
        Real* queryGradient = qkvGradient + i * head.stride;
        for (std::int64_t j = 0; j < head.tokens; ++j) {
            const Real slope = scale * row[j] * (slopes[j] - mean);
            accumulate(head.width, slope, qkv + third + j * head.stride, queryGradient);
            accumulate(head.width, slope, query, qkvGradient + third + j * head.stride);
            accumulate(head.width, row[j], upstream, qkvGradient + 2 * third + j * head.stride);
        }
    }
}

std::int64_t mostTokens(std::span<const std::int64_t> offsets)
{
    std::int64_t most = 0;
    for (std::size_t jet = 0; jet + 1 < offsets.size(); ++jet) {
        most = std::max(most, offsets[jet + 1] - offsets[jet]);
    }
    return most;
}

template <std::int64_t fixedWidth, typename Real>
[[gnu::always_inline]] inline void forwardHeads(const RaggedShape& shape, const Real* qkv, Real* output,
                                                Real* weights)
{
    const std::int64_t width = fixedWidth > 0 ? fixedWidth : shape.headWidth;
    const std::int64_t model = shape.heads * width;
    std::vector<Real> scratch(static_cast<std::size_t>(mostTokens(shape.offsets) * width));
    for (std::int64_t jet = 0; jet < shape.jets(); ++jet) {
        const std::int64_t first = shape.offsets[static_cast<std::size_t>(jet)];
        const Head head{shape.offsets[static_cast<std::size_t>(jet) + 1] - first, width, 3 * model};
        for (std::int64_t h = 0; h < shape.heads; ++h) {
            headForward(head, static_cast<Real>(shape.scale), qkv + first * 3 * model + h * width,
                        output + first * model + h * width, weights, scratch.data());
            weights += head.tokens * head.tokens;
        }
    }
}

template <std::int64_t fixedWidth, typename Real>
[[gnu::always_inline]] inline void backwardHeads(const RaggedShape& shape, const Real* qkv,
                                                 const Real* weights, const Real* outputGradient,
                                                 Real* qkvGradient)
{
    const std::int64_t width = fixedWidth > 0 ? fixedWidth : shape.headWidth;
    const std::int64_t model = shape.heads * width;
    const std::int64_t most = mostTokens(shape.offsets);
    std::vector<Real> scratch(static_cast<std::size_t>(most * (width + 1)));
    std::fill_n(qkvGradient, shape.offsets.back() * 3 * model, Real{0});
    for (std::int64_t jet = 0; jet < shape.jets(); ++jet) {
        const std::int64_t first = shape.offsets[static_cast<std::size_t>(jet)];
        const Head head{shape.offsets[static_cast<std::size_t>(jet) + 1] - first, width, 3 * model};
        for (std::int64_t h = 0; h < shape.heads; ++h) {
            const std::int64_t at = first * 3 * model + h * width;
            headBackward(head, static_cast<Real>(shape.scale), qkv + at, weights,
                         outputGradient + first * model + h * width, qkvGradient + at, scratch.data());
            weights += head.tokens * head.tokens;
        }
    }
}

/// Loops over the usual head widths have constant lengths, which makes them several times faster.
template <typename Real>
[[gnu::always_inline]] inline void forwardAll(const RaggedShape& shape, const Real* qkv, Real* output,
                                              Real* weights)
{
    switch (shape.headWidth) {
    case 8:
        return forwardHeads<8>(shape, qkv, output, weights);
    case 16:
        return forwardHeads<16>(shape, qkv, output, weights);
    case 32:
        return forwardHeads<32>(shape, qkv, output, weights);
    case 64:
        return forwardHeads<64>(shape, qkv, output, weights);
    default:
        return forwardHeads<0>(shape, qkv, output, weights);
    }
}

template <typename Real>
[[gnu::always_inline]] inline void backwardAll(const RaggedShape& shape, const Real* qkv, const Real* weights,
                                               const Real* outputGradient, Real* qkvGradient)
{
    switch (shape.headWidth) {
    case 8:
        return backwardHeads<8>(shape, qkv, weights, outputGradient, qkvGradient);
    case 16:
        return backwardHeads<16>(shape, qkv, weights, outputGradient, qkvGradient);
    case 32:
        return backwardHeads<32>(shape, qkv, weights, outputGradient, qkvGradient);
    case 64:
        return backwardHeads<64>(shape, qkv, weights, outputGradient, qkvGradient);
    default:
        return backwardHeads<0>(shape, qkv, weights, outputGradient, qkvGradient);
    }
}

template <typename Real>
[[gnu::always_inline]] inline void pool(std::span<const std::int64_t> offsets, std::int64_t width,
                                        const Real* gate, const Real* x, Real* pooled, Real* weights)
{
    for (std::size_t jet = 0; jet + 1 < offsets.size(); ++jet) {
        Real* to = pooled + static_cast<std::int64_t>(jet) * width;
        std::fill_n(to, width, Real{0});
        const std::int64_t first = offsets[jet];
        const std::int64_t tokens = offsets[jet + 1] - first;
        if (tokens == 0) {
            continue;
        }
        std::copy_n(gate + first, tokens, weights + first);
        softmax(tokens, Real{1}, weights + first);
        for (std::int64_t i = first; i < first + tokens; ++i) {
            accumulate(width, weights[i], x + i * width, to);
        }
    }
}

template <typename Real>
[[gnu::always_inline]] inline void unpool(std::span<const std::int64_t> offsets, std::int64_t width,
                                          const Real* weights, const Real* x, const Real* pooledGradient,
                                          Real* gateGradient, Real* xGradient)
{
    for (std::size_t jet = 0; jet + 1 < offsets.size(); ++jet) {
        const Real* upstream = pooledGradient + static_cast<std::int64_t>(jet) * width;
        Real mean = 0;
        for (std::int64_t i = offsets[jet]; i < offsets[jet + 1]; ++i) {
            Real along = 0;
            for (std::int64_t k = 0; k < width; ++k) {
                along += x[i * width + k] * upstream[k];
                xGradient[i * width + k] = weights[i] * upstream[k];
            }
            gateGradient[i] = along;
            mean += weights[i] * along;
        }
        for (std::int64_t i = offsets[jet]; i < offsets[jet + 1]; ++i) {
            gateGradient[i] = weights[i] * (gateGradient[i] - mean);
        }
    }
}

template <typename Real>
[[gnu::always_inline]] inline void pairUp(std::span<const std::int64_t> offsets, std::int64_t width,
                                          const Real* first, const Real* second, const Real* jets,
                                          Real* pairs)
{
    for (std::size_t jet = 0; jet + 1 < offsets.size(); ++jet) {
        const Real* ofJet = jets + static_cast<std::int64_t>(jet) * width;
        for (std::int64_t i = offsets[jet]; i < offsets[jet + 1]; ++i) {
            for (std::int64_t j = offsets[jet]; j < offsets[jet + 1]; ++j) {
                if (i == j) {
                    continue;
                }
                for (std::int64_t k = 0; k < width; ++k) {
                    pairs[k] = std::max(Real{0}, first[i * width + k] + second[j * width + k] + ofJet[k]);
                }
                pairs += width;
            }
        }
    }
}

template <typename Real>
[[gnu::always_inline]] inline void unpair(std::span<const std::int64_t> offsets, std::int64_t width,
                                          const Real* __restrict pairs, const Real* __restrict pairGradient,
                                          Real* __restrict first, Real* __restrict second,
                                          Real* __restrict jets)
{
    const std::int64_t tokens = offsets.back();
    std::fill_n(first, tokens * width, Real{0});
    std::fill_n(second, tokens * width, Real{0});
    std::fill_n(jets, (std::ssize(offsets) - 1) * width, Real{0});
    for (std::size_t jet = 0; jet + 1 < offsets.size(); ++jet) {
        for (std::int64_t i = offsets[jet]; i < offsets[jet + 1]; ++i) {
            for (std::int64_t j = offsets[jet]; j < offsets[jet + 1]; ++j) {
                if (i == j) {
                    continue;
                }
                for (std::int64_t k = 0; k < width; ++k) {
                    const Real slope = pairs[k] > 0 ? pairGradient[k] : Real{0};
                    first[i * width + k] += slope;
                    second[j * width + k] += slope;
                }
                pairs += width;
                pairGradient += width;
            }
            accumulate(width, Real{1}, first + i * width, jets + static_cast<std::int64_t>(jet) * width);
        }
    }
}

} // namespace

std::int64_t pairCount(std::span<const std::int64_t> offsets)
{
    std::int64_t count = 0;
    for (std::size_t jet = 0; jet + 1 < offsets.size(); ++jet) {
        const std::int64_t tokens = offsets[jet + 1] - offsets[jet];
        count += tokens * (tokens - 1);
    }
    return count;
}

std::int64_t RaggedShape::weightCount() const
{
    std::int64_t count = 0;
    for (std::size_t jet = 0; jet + 1 < offsets.size(); ++jet) {
        const std::int64_t tokens = offsets[jet + 1] - offsets[jet];
        count += heads * tokens * tokens;
    }
    return count;
}

template <typename Real>
void attentionForward(const RaggedShape& shape, const Real* qkv, Real* output, Real* weights)
{
    dispatch<forwardAll<Real>>(shape, qkv, output, weights);
}

template <typename Real>
void attentionBackward(const RaggedShape& shape, const Real* qkv, const Real* weights,
                       const Real* outputGradient, Real* qkvGradient)
{
    dispatch<backwardAll<Real>>(shape, qkv, weights, outputGradient, qkvGradient);
}

template <typename Real>
void poolForward(std::span<const std::int64_t> offsets, std::int64_t width, const Real* gate, const Real* x,
                 Real* pooled, Real* weights)
{
    dispatch<pool<Real>>(offsets, width, gate, x, pooled, weights);
}

template <typename Real>
void poolBackward(std::span<const std::int64_t> offsets, std::int64_t width, const Real* weights,
                  const Real* x, const Real* pooledGradient, Real* gateGradient, Real* xGradient)
{
    dispatch<unpool<Real>>(offsets, width, weights, x, pooledGradient, gateGradient, xGradient);
}

template <typename Real>
void pairForward(std::span<const std::int64_t> offsets, std::int64_t width, const Real* first,
                 const Real* second, const Real* jet, Real* pairs)
{
    dispatch<pairUp<Real>>(offsets, width, first, second, jet, pairs);
}

template <typename Real>
void pairBackward(std::span<const std::int64_t> offsets, std::int64_t width, const Real* pairs,
                  const Real* pairGradient, Real* firstGradient, Real* secondGradient, Real* jetGradient)
{
    dispatch<unpair<Real>>(offsets, width, pairs, pairGradient, firstGradient, secondGradient, jetGradient);
}

#define WIDTHWISE_INSTANTIATE(Real)                                                                          \
    template void attentionForward(const RaggedShape&, const Real*, Real*, Real*);                           \
    template void attentionBackward(const RaggedShape&, const Real*, const Real*, const Real*, Real*);       \
    template void poolForward(std::span<const std::int64_t>, std::int64_t, const Real*, const Real*, Real*,  \
                              Real*);                                                                        \
    template void poolBackward(std::span<const std::int64_t>, std::int64_t, const Real*, const Real*,        \
                               const Real*, Real*, Real*);                                                   \
    template void pairForward(std::span<const std::int64_t>, std::int64_t, const Real*, const Real*,         \
                              const Real*, Real*);                                                           \
    template void pairBackward(std::span<const std::int64_t>, std::int64_t, const Real*, const Real*, Real*, \
                               Real*, Real*);
WIDTHWISE_INSTANTIATE(float)
WIDTHWISE_INSTANTIATE(double)
#undef WIDTHWISE_INSTANTIATE

} // namespace widthwise::trainer
