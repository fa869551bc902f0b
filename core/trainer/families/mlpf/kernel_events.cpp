// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/families/mlpf/event_operations.h"

#include "core/trainer/compute/head_pool.h"
#include "core/trainer/compute/ragged_ops.h"
#include "core/trainer/compute/tiled_attention.h"

namespace widthwise::trainer {

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::Function;
using torch::autograd::variable_list;

/// Query, key and value as views, and how attention runs over them.
struct Operands {
    at::Tensor query, key, value;
    at::Tensor offsets;
    std::int64_t heads;
    double scale;

    AttentionShape shape() const
    {
        return {spanOf(offsets), heads, query.size(1) / heads, query.stride(0), key.stride(0), scale};
    }
};

Operands operandsOf(const at::Tensor& query, const at::Tensor& kv, const at::Tensor& offsets,
                    std::int64_t heads, double scale)
{
    if (kv.size(-1) == 0) {
        const std::int64_t width = query.size(1) / 3;
        return {query.narrow(1, 0, width),
                query.narrow(1, width, width),
                query.narrow(1, 2 * width, width),
                offsets,
                heads,
                scale};
    }
    const std::int64_t width = query.size(1);
    return {query, kv.narrow(1, 0, width), kv.narrow(1, width, width), offsets, heads, scale};
}

/// Of query and [key·value], or of [query·key·value] where `kv` is of no width.
class Attention : public Function<Attention> {
public:
    static at::Tensor forward(AutogradContext* context, const at::Tensor& query, const at::Tensor& kv,
                              const at::Tensor& offsets, std::int64_t heads, double scale)
    {
        const at::Tensor first = query.contiguous();
        const at::Tensor second = kv.contiguous();
        const Operands operands = operandsOf(first, second, offsets, heads, scale);
        const at::TensorOptions options = first.options();
        at::Tensor output = at::empty({first.size(0), operands.query.size(1)}, options);
        at::Tensor logSums = at::empty({first.size(0), heads}, options);
        dispatch(first, [&]<typename Real>(Real*) {
            tiledAttentionForward(operands.shape(), operands.query.data_ptr<Real>(),
                                  operands.key.data_ptr<Real>(), operands.value.data_ptr<Real>(),
                                  output.data_ptr<Real>(), logSums.data_ptr<Real>());
        });
        context->save_for_backward({first, second, offsets, output, logSums});
        context->saved_data["heads"] = heads;
        context->saved_data["scale"] = scale;
        return output;
    }

    static variable_list backward(AutogradContext* context, const variable_list& upstream)
    {
        const variable_list saved = context->get_saved_variables();
        const auto heads = context->saved_data["heads"].toInt();
        const Operands operands =
            operandsOf(saved[0], saved[1], saved[2], heads, context->saved_data["scale"].toDouble());
        const at::Tensor ofFirst = at::empty_like(saved[0]);
        const at::Tensor ofSecond = at::empty_like(saved[1]);
        const Operands gradients = operandsOf(ofFirst, ofSecond, saved[2], heads, operands.scale);
        const at::Tensor rows = upstream[0].contiguous();
        dispatch(rows, [&]<typename Real>(Real*) {
            tiledAttentionBackward(operands.shape(), operands.query.data_ptr<Real>(),
                                   operands.key.data_ptr<Real>(), operands.value.data_ptr<Real>(),
                                   saved[3].data_ptr<Real>(), saved[4].data_ptr<Real>(),
                                   rows.data_ptr<Real>(), gradients.query.data_ptr<Real>(),
                                   gradients.key.data_ptr<Real>(), gradients.value.data_ptr<Real>());
        });
        return {ofFirst, ofSecond, {}, {}, {}};
    }
};

class Pool : public Function<Pool> {
public:
    static at::Tensor forward(AutogradContext* context, const at::Tensor& scores, const at::Tensor& x,
                              const at::Tensor& offsets)
    {
        const at::Tensor rows = x.contiguous();
        const at::Tensor given = scores.contiguous();
        at::Tensor pooled = at::empty({offsets.numel() - 1, scores.size(1), x.size(1)}, x.options());
        at::Tensor weights = at::empty_like(given);
        dispatch(x, [&]<typename Real>(Real*) {
            headPoolForward(PoolShape{spanOf(offsets), given.size(1), rows.size(1)}, given.data_ptr<Real>(),
                            rows.data_ptr<Real>(), pooled.data_ptr<Real>(), weights.data_ptr<Real>());
        });
        context->save_for_backward({rows, offsets, weights});
        return pooled;
    }

    static variable_list backward(AutogradContext* context, const variable_list& gradients)
    {
        const variable_list saved = context->get_saved_variables();
        const at::Tensor& x = saved[0];
        const at::Tensor& weights = saved[2];
        const at::Tensor upstream = gradients[0].contiguous();
        at::Tensor ofScores = at::empty_like(weights);
        at::Tensor ofX = at::empty_like(x);
        dispatch(x, [&]<typename Real>(Real*) {
            headPoolBackward(PoolShape{spanOf(saved[1]), weights.size(1), x.size(1)},
                             weights.data_ptr<Real>(), x.data_ptr<Real>(), upstream.data_ptr<Real>(),
                             ofScores.data_ptr<Real>(), ofX.data_ptr<Real>());
        });
        return {ofScores, ofX, {}};
    }
};

/// Adds each event's row to its elements; backwards sums, in the order of the elements.
class AddToElements : public Function<AddToElements> {
public:
    static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const at::Tensor& answers,
                              const at::Tensor& offsets)
    {
        context->save_for_backward({offsets});
        at::Tensor sum = at::empty_like(x);
        const at::Tensor input = x.contiguous();
        const at::Tensor rows = answers.contiguous();
        dispatch(x, [&]<typename Real>(Real*) {
            const Real* from = input.data_ptr<Real>();
            Real* to = sum.data_ptr<Real>();
            eachElement(spanOf(offsets), x.size(1), rows.data_ptr<Real>(),
                        [&](const Real* row, std::int64_t width) {
                            for (std::int64_t k = 0; k < width; ++k) {
                                *to++ = *from++ + row[k];
                            }
                        });
        });
        return sum;
    }
    static variable_list backward(AutogradContext* context, const variable_list& gradients)
    {
        const at::Tensor offsets = context->get_saved_variables()[0];
        const at::Tensor upstream = gradients[0].contiguous();
        at::Tensor sums = at::zeros({offsets.numel() - 1, upstream.size(1)}, upstream.options());
        dispatch(upstream, [&]<typename Real>(Real*) {
            const Real* from = upstream.data_ptr<Real>();
            eachElement(spanOf(offsets), upstream.size(1), sums.data_ptr<Real>(),
                        [&](Real* row, std::int64_t width) {
                            for (std::int64_t k = 0; k < width; ++k) {
                                row[k] += *from++;
                            }
                        });
        });
        return {upstream, sums, {}};
    }

private:
    template <typename Real, typename Body>
    static void eachElement(std::span<const std::int64_t> offsets, std::int64_t width, Real* rows,
                            const Body& body)
    {
        for (std::size_t event = 0; event + 1 < offsets.size(); ++event, rows += width) {
            for (std::int64_t i = offsets[event]; i < offsets[event + 1]; ++i) {
                body(rows, width);
            }
        }
    }
};

class KernelEvents : public EventOperations {
public:
    KernelEvents(std::span<const std::int64_t> offsets, std::span<const std::int64_t> types,
                 std::int64_t typeCount)
        : EventOperations(offsets, types, typeCount, at::kCPU)
    {
    }

    at::Tensor attention(const at::Tensor& qkv, std::int64_t heads, double scale) const override
    {
        return Attention::apply(qkv, at::empty({0}, qkv.options()), offsets(), heads, scale);
    }
    at::Tensor attention(const at::Tensor& query, const at::Tensor& kv, std::int64_t heads,
                         double scale) const override
    {
        return Attention::apply(query, kv, offsets(), heads, scale);
    }
    at::Tensor pool(const at::Tensor& scores, const at::Tensor& x) const override
    {
        return Pool::apply(scores, x, offsets());
    }
    at::Tensor addToElements(const at::Tensor& x, const at::Tensor& answers) const override
    {
        return AddToElements::apply(x, answers, offsets());
    }
};

} // namespace

std::unique_ptr<EventOperations> kernelEvents(std::span<const std::int64_t> offsets,
                                              std::span<const std::int64_t> types, std::int64_t typeCount)
{
    return std::make_unique<KernelEvents>(offsets, types, typeCount);
}

} // namespace widthwise::trainer
