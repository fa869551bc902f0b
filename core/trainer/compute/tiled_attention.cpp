// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/compute/tiled_attention.h"

#include "core/trainer/compute/instruction_set.h"
#include "core/trainer/compute/vector_lanes.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace widthwise::trainer {

namespace {

constexpr std::int64_t tile = 8; ///< queries

/// Numbers that begin where a register's worth of memory does, all zero at first.
template <typename Real>
class Scratch {
public:
    explicit Scratch(std::int64_t size) : m_blocks(static_cast<std::size_t>(padded<Real>(size) / lanes<Real>))
    {
    }
    Real* data() { return reinterpret_cast<Real*>(m_blocks.data()); }

private:
    struct alignas(64) Block {
        Real numbers[lanes<Real>] = {};
    };
    std::vector<Block> m_blocks;
};

/// Rows of one head of an event, in memory.
template <typename Real>
struct Rows {
    Real* first;
    std::int64_t count;
    std::int64_t width;
    std::int64_t stride;
};

/// `to` [width, padded count], zero where there is nothing.
template <typename Real>
[[gnu::always_inline]] inline void transpose(const Rows<const Real>& rows, Real* __restrict to)
{
    const std::int64_t length = padded<Real>(rows.count);
    for (std::int64_t k = 0; k < rows.width; ++k) {
        for (std::int64_t i = 0; i < rows.count; ++i) {
            to[k * length + i] = rows.first[i * rows.stride + k];
        }
        std::fill_n(to + k * length + rows.count, length - rows.count, Real{0});
    }
}

/// `to` [count, padded width], zero where there is nothing.
template <typename Real>
[[gnu::always_inline]] inline void copy(const Rows<const Real>& rows, Real* __restrict to)
{
    const std::int64_t width = padded<Real>(rows.width);
    for (std::int64_t i = 0; i < rows.count; ++i) {
        std::copy_n(rows.first + i * rows.stride, rows.width, to + i * width);
        std::fill_n(to + i * width + rows.width, width - rows.width, Real{0});
    }
}

/// The rows from `begin` on of a tile, [tile, padded width], zero where there is nothing.
template <typename Real>
[[gnu::always_inline]] inline void copyTile(const Rows<const Real>& rows, std::int64_t begin,
                                            Real* __restrict to)
{
    const std::int64_t count = std::min(tile, rows.count - begin);
    copy(Rows<const Real>{rows.first + begin * rows.stride, count, rows.width, rows.stride}, to);
    const std::int64_t width = padded<Real>(rows.width);
    std::fill_n(to + count * width, (tile - count) * width, Real{0});
}

/// `to`[b][j] = Σₖ rows[b][k] · columns[k][j] of a tile of rows [tile, rowWidth].
template <typename Real>
[[gnu::always_inline]] inline void multiplyTile(const Real* __restrict rows, std::int64_t width,
                                                std::int64_t rowWidth, const Real* __restrict columns,
                                                std::int64_t length, Real* __restrict to)
{
    for (std::int64_t j = 0; j < length; j += lanes<Real>) {
        Lanes<Real> sums[tile] = {};
        for (std::int64_t k = 0; k < width; ++k) {
            const Lanes<Real> column = at(columns + k * length + j);
#pragma GCC unroll 8
            for (std::int64_t b = 0; b < tile; ++b) {
                sums[b] += rows[b * rowWidth + k] * column;
            }
        }
#pragma GCC unroll 8
        for (std::int64_t b = 0; b < tile; ++b) {
            at(to + b * length + j) = sums[b];
        }
    }
}

/// `to`[j][:] += Σ_b weights[b][j] · rows[b][:].
template <typename Real>
[[gnu::always_inline]] inline void addRows(const Real* __restrict weights, std::int64_t length,
                                           const Real* __restrict rows, std::int64_t count,
                                           std::int64_t width, Real* __restrict to)
{
    for (std::int64_t k = 0; k < width; k += lanes<Real>) {
        Lanes<Real> row[tile];
#pragma GCC unroll 8
        for (std::int64_t b = 0; b < tile; ++b) {
            row[b] = at(rows + b * width + k);
        }
        for (std::int64_t j = 0; j < count; ++j) {
            Lanes<Real> sum = at(to + j * width + k);
#pragma GCC unroll 8
            for (std::int64_t b = 0; b < tile; ++b) {
                sum += weights[b * length + j] * row[b];
            }
            at(to + j * width + k) = sum;
        }
    }
}

/// Of one row of scores: exp(scale·score − ln Σ exp) in its place, and that logarithm. `length` is padded.
template <typename Real>
[[gnu::always_inline]] inline Real softmax(Real* row, std::int64_t count, std::int64_t length, Real scale)
{
    std::fill_n(row + count, length - count, -std::numeric_limits<Real>::max() / 4);
    Lanes<Real> tops = at(row);
    for (std::int64_t j = lanes<Real>; j < length; j += lanes<Real>) {
        const Lanes<Real> scores = at(row + j);
        tops = scores > tops ? scores : tops;
    }
    Real top = tops[0];
    for (std::int64_t i = 1; i < lanes<Real>; ++i) {
        top = std::max(top, static_cast<Real>(tops[i]));
    }
    Lanes<Real> sums = {};
    for (std::int64_t j = 0; j < length; j += lanes<Real>) {
        Lanes<Real> weights = scale * (at(row + j) - top);
        exponentiate(weights);
        at(row + j) = weights;
        sums += weights;
    }
    Real sum = 0;
    for (std::int64_t i = 0; i < lanes<Real>; ++i) {
        sum += sums[i];
    }
    const Real factor = 1 / sum;
    for (std::int64_t j = 0; j < length; j += lanes<Real>) {
        at(row + j) *= factor;
    }
    return scale * top + std::log(sum);
}

template <typename Real>
struct ForwardScratch {
    ForwardScratch(std::int64_t mostKeys, std::int64_t width)
        : keys(width * padded<Real>(mostKeys)), values(mostKeys * padded<Real>(width)),
          query(tile * padded<Real>(width)), weights(tile * padded<Real>(mostKeys)),
          sums(tile * padded<Real>(width))
    {
    }
    Scratch<Real> keys;    ///< [width, keys]
    Scratch<Real> values;  ///< [keys, width]
    Scratch<Real> query;   ///< [tile, width]
    Scratch<Real> weights; ///< [tile, keys]
    Scratch<Real> sums;    ///< [tile, width]
};

/// One head of one event. `logSums` lie `heads` apart.
template <typename Real>
[[gnu::always_inline]] inline void headForward(const Rows<const Real>& query, const Rows<const Real>& key,
                                               const Rows<const Real>& value, Real scale,
                                               const Rows<Real>& output, Real* logSums, std::int64_t heads,
                                               ForwardScratch<Real>& scratch)
{
    const std::int64_t length = padded<Real>(key.count);
    const std::int64_t width = padded<Real>(key.width);
    transpose(key, scratch.keys.data());
    copy(value, scratch.values.data());
    for (std::int64_t begin = 0; begin < query.count; begin += tile) {
        copyTile(query, begin, scratch.query.data());
        Real* weights = scratch.weights.data();
        multiplyTile(scratch.query.data(), key.width, width, scratch.keys.data(), length, weights);
        const std::int64_t rows = std::min(tile, query.count - begin);
        for (std::int64_t b = 0; b < rows; ++b) {
            logSums[(begin + b) * heads] = softmax(weights + b * length, key.count, length, scale);
        }
        multiplyTile(weights, key.count, length, scratch.values.data(), width, scratch.sums.data());
        for (std::int64_t b = 0; b < rows; ++b) {
            std::copy_n(scratch.sums.data() + b * width, key.width,
                        output.first + (begin + b) * output.stride);
        }
    }
}

template <typename Real>
struct BackwardScratch {
    BackwardScratch(std::int64_t mostKeys, std::int64_t width)
        : keyColumns(width * padded<Real>(mostKeys)), valueColumns(width * padded<Real>(mostKeys)),
          keys(mostKeys * padded<Real>(width)), keyGradient(mostKeys * padded<Real>(width)),
          valueGradient(mostKeys * padded<Real>(width)), query(tile * padded<Real>(width)),
          upstream(tile * padded<Real>(width)), queryGradient(tile * padded<Real>(width)),
          weights(tile * padded<Real>(mostKeys)), slopes(tile * padded<Real>(mostKeys))
    {
    }
    Scratch<Real> keyColumns, valueColumns;         ///< [width, keys]
    Scratch<Real> keys, keyGradient, valueGradient; ///< [keys, width]
    Scratch<Real> query, upstream, queryGradient;   ///< [tile, width]
    Scratch<Real> weights, slopes;                  ///< [tile, keys]
};

/// The weights P = exp(scale·S − ln Σ exp) again, and scale·P ∘ (dP − rowsum(dO ∘ O)) in place of dP.
template <typename Real>
[[gnu::always_inline]] inline void softmaxBackward(Real* weights, Real* slopes, std::int64_t length,
                                                   Real scale, Real logSum, Real mean)
{
    for (std::int64_t j = 0; j < length; j += lanes<Real>) {
        Lanes<Real> weight = scale * at(weights + j) - logSum;
        exponentiate(weight);
        at(weights + j) = weight;
        at(slopes + j) = scale * weight * (at(slopes + j) - mean);
    }
}

template <typename Real>
[[gnu::always_inline]] inline void
headBackward(const Rows<const Real>& query, const Rows<const Real>& key, const Rows<const Real>& value,
             Real scale, const Rows<const Real>& output, const Real* logSums, std::int64_t heads,
             const Rows<const Real>& upstream, const Rows<Real>& queryGradient, const Rows<Real>& keyGradient,
             const Rows<Real>& valueGradient, BackwardScratch<Real>& scratch)
{
    const std::int64_t length = padded<Real>(key.count);
    const std::int64_t width = padded<Real>(key.width);
    transpose(key, scratch.keyColumns.data());
    transpose(value, scratch.valueColumns.data());
    copy(key, scratch.keys.data());
    std::fill_n(scratch.keyGradient.data(), key.count * width, Real{0});
    std::fill_n(scratch.valueGradient.data(), key.count * width, Real{0});
    Real* weights = scratch.weights.data();
    Real* slopes = scratch.slopes.data();
    for (std::int64_t begin = 0; begin < query.count; begin += tile) {
        copyTile(query, begin, scratch.query.data());
        copyTile(upstream, begin, scratch.upstream.data());
        multiplyTile(scratch.query.data(), key.width, width, scratch.keyColumns.data(), length, weights);
        multiplyTile(scratch.upstream.data(), key.width, width, scratch.valueColumns.data(), length, slopes);
        const std::int64_t rows = std::min(tile, query.count - begin);
        for (std::int64_t b = 0; b < tile; ++b) {
            Real mean = 0;
            for (std::int64_t k = 0; b < rows && k < key.width; ++k) {
                mean += upstream.first[(begin + b) * upstream.stride + k] *
                        output.first[(begin + b) * output.stride + k];
            }
            softmaxBackward(weights + b * length, slopes + b * length, length, scale,
                            b < rows ? logSums[(begin + b) * heads] : Real{0}, mean);
        }
        multiplyTile(slopes, key.count, length, scratch.keys.data(), width, scratch.queryGradient.data());
        addRows(slopes, length, scratch.query.data(), key.count, width, scratch.keyGradient.data());
        addRows(weights, length, scratch.upstream.data(), key.count, width, scratch.valueGradient.data());
        for (std::int64_t b = 0; b < rows; ++b) {
            std::copy_n(scratch.queryGradient.data() + b * width, key.width,
                        queryGradient.first + (begin + b) * queryGradient.stride);
        }
    }
    for (std::int64_t j = 0; j < key.count; ++j) {
        std::copy_n(scratch.keyGradient.data() + j * width, key.width,
                    keyGradient.first + j * keyGradient.stride);
        std::copy_n(scratch.valueGradient.data() + j * width, key.width,
                    valueGradient.first + j * valueGradient.stride);
    }
}

std::int64_t most(std::span<const std::int64_t> offsets)
{
    std::int64_t most = 1;
    for (std::size_t event = 0; event + 1 < offsets.size(); ++event) {
        most = std::max(most, offsets[event + 1] - offsets[event]);
    }
    return most;
}

/// One head of one event's rows in a packed array.
template <typename Real>
[[gnu::always_inline]] inline Rows<Real> rowsOf(std::span<const std::int64_t> offsets, std::int64_t event,
                                                std::int64_t head, const AttentionShape& shape,
                                                std::int64_t stride, Real* data)
{
    const auto index = static_cast<std::size_t>(event);
    return {data + offsets[index] * stride + head * shape.headWidth, offsets[index + 1] - offsets[index],
            shape.headWidth, stride};
}

template <typename Real>
[[gnu::always_inline]] inline void forward(const AttentionShape& shape, const Real* query, const Real* key,
                                           const Real* value, Real* output, Real* logSums,
                                           ForwardScratch<Real>* scratch)
{
    const std::int64_t width = shape.heads * shape.headWidth;
    for (std::int64_t event = 0; event < shape.events(); ++event) {
        const std::int64_t first = shape.offsets[static_cast<std::size_t>(event)];
        if (first == shape.offsets[static_cast<std::size_t>(event) + 1]) {
            continue;
        }
        for (std::int64_t head = 0; head < shape.heads; ++head) {
            const auto to = rowsOf(shape.offsets, event, head, shape, width, output);
            const auto keys = rowsOf(shape.offsets, event, head, shape, shape.keyStride, key);
            headForward(rowsOf(shape.offsets, event, head, shape, shape.queryStride, query), keys,
                        rowsOf(shape.offsets, event, head, shape, shape.keyStride, value),
                        static_cast<Real>(shape.scale), to, logSums + first * shape.heads + head, shape.heads,
                        *scratch);
        }
    }
}

/// What the backward pass reads and writes.
template <typename Real>
struct BackwardOperands {
    const Real *query, *key, *value, *output, *logSums, *outputGradient;
    Real *queryGradient, *keyGradient, *valueGradient;
};

template <typename Real>
[[gnu::always_inline]] inline void backward(const AttentionShape& shape, const BackwardOperands<Real>& of,
                                            BackwardScratch<Real>* scratch)
{
    const std::int64_t width = shape.heads * shape.headWidth;
    for (std::int64_t event = 0; event < shape.events(); ++event) {
        const std::int64_t first = shape.offsets[static_cast<std::size_t>(event)];
        if (first == shape.offsets[static_cast<std::size_t>(event) + 1]) {
            continue;
        }
        for (std::int64_t head = 0; head < shape.heads; ++head) {
            const auto ofQuery =
                rowsOf(shape.offsets, event, head, shape, shape.queryStride, of.queryGradient);
            const auto keys = rowsOf(shape.offsets, event, head, shape, shape.keyStride, of.key);
            headBackward(
                rowsOf(shape.offsets, event, head, shape, shape.queryStride, of.query), keys,
                rowsOf(shape.offsets, event, head, shape, shape.keyStride, of.value),
                static_cast<Real>(shape.scale), rowsOf(shape.offsets, event, head, shape, width, of.output),
                of.logSums + first * shape.heads + head, shape.heads,
                rowsOf(shape.offsets, event, head, shape, width, of.outputGradient), ofQuery,
                rowsOf(shape.offsets, event, head, shape, shape.keyStride, of.keyGradient),
                rowsOf(shape.offsets, event, head, shape, shape.keyStride, of.valueGradient), *scratch);
        }
    }
}

} // namespace

template <typename Real>
void tiledAttentionForward(const AttentionShape& shape, const Real* query, const Real* key, const Real* value,
                           Real* output, Real* logSums)
{
    ForwardScratch<Real> scratch(most(shape.offsets), shape.headWidth);
    dispatch<forward<Real>>(shape, query, key, value, output, logSums, &scratch);
}

template <typename Real>
void tiledAttentionBackward(const AttentionShape& shape, const Real* query, const Real* key,
                            const Real* value, const Real* output, const Real* logSums,
                            const Real* outputGradient, Real* queryGradient, Real* keyGradient,
                            Real* valueGradient)
{
    BackwardScratch<Real> scratch(most(shape.offsets), shape.headWidth);
    const BackwardOperands<Real> operands{query,          key,           value,       output,       logSums,
                                          outputGradient, queryGradient, keyGradient, valueGradient};
    dispatch<backward<Real>>(shape, operands, &scratch);
}

template void tiledAttentionForward<float>(const AttentionShape&, const float*, const float*, const float*,
                                           float*, float*);
template void tiledAttentionForward<double>(const AttentionShape&, const double*, const double*,
                                            const double*, double*, double*);
template void tiledAttentionBackward<float>(const AttentionShape&, const float*, const float*, const float*,
                                            const float*, const float*, const float*, float*, float*, float*);
template void tiledAttentionBackward<double>(const AttentionShape&, const double*, const double*,
                                             const double*, const double*, const double*, const double*,
                                             double*, double*, double*);

} // namespace widthwise::trainer
