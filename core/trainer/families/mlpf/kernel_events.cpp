// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/families/mlpf/event_operations.h"

#include "core/trainer/compute/ragged_ops.h"
#include "core/trainer/families/mlpf/tiled_attention.h"

namespace widthwise::trainer {

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::Function;
using torch::autograd::variable_list;

/// Query, key and value, and what they are parts of.
struct Operands {
    at::Tensor query, key, value; ///< views
    AttentionShape shape(const at::Tensor& queryOffsets, const at::Tensor& keyOffsets, std::int64_t heads,
                         double scale) const
    {
        return {spanOf(queryOffsets), spanOf(keyOffsets), heads, query.size(1) / heads,
                query.stride(0),      key.stride(0),      scale};
    }
};

/// `query` alone holds all three where `kv` is undefined.
Operands operandsOf(const at::Tensor& query, const at::Tensor& kv)
{
    if (!kv.defined()) {
        const std::int64_t width = query.size(1) / 3;
        return {query.narrow(1, 0, width), query.narrow(1, width, width), query.narrow(1, 2 * width, width)};
    }
    const std::int64_t width = query.size(1);
    return {query, kv.narrow(1, 0, width), kv.narrow(1, width, width)};
}

struct Sizes {
    std::int64_t heads;
    double scale;
};

void keep(AutogradContext* context, std::int64_t heads, double scale)
{
    context->saved_data["heads"] = heads;
    context->saved_data["scale"] = scale;
}

Sizes kept(AutogradContext* context)
{
    return {context->saved_data["heads"].toInt(), context->saved_data["scale"].toDouble()};
}

struct Attended {
    at::Tensor output;
    at::Tensor logSums;
};

Attended attend(const Operands& operands, const at::Tensor& queryOffsets, const at::Tensor& keyOffsets,
                Sizes sizes)
{
    const auto options = operands.query.options();
    Attended result{at::empty({operands.query.size(0), operands.query.size(1)}, options),
                    at::empty({operands.query.size(0), sizes.heads}, options)};
    dispatch(operands.query, [&]<typename Real>(Real*) {
        tiledAttentionForward(operands.shape(queryOffsets, keyOffsets, sizes.heads, sizes.scale),
                              operands.query.data_ptr<Real>(), operands.key.data_ptr<Real>(),
                              operands.value.data_ptr<Real>(), result.output.data_ptr<Real>(),
                              result.logSums.data_ptr<Real>());
    });
    return result;
}

void attendBackward(const Operands& operands, const Attended& attended, const at::Tensor& upstream,
                    const at::Tensor& queryOffsets, const at::Tensor& keyOffsets, Sizes sizes,
                    Operands& gradients)
{
    const at::Tensor rows = upstream.contiguous();
    dispatch(operands.query, [&]<typename Real>(Real*) {
        tiledAttentionBackward(operands.shape(queryOffsets, keyOffsets, sizes.heads, sizes.scale),
                               operands.query.data_ptr<Real>(), operands.key.data_ptr<Real>(),
                               operands.value.data_ptr<Real>(), attended.output.data_ptr<Real>(),
                               attended.logSums.data_ptr<Real>(), rows.data_ptr<Real>(),
                               gradients.query.data_ptr<Real>(), gradients.key.data_ptr<Real>(),
                               gradients.value.data_ptr<Real>());
    });
}

class SelfAttention : public Function<SelfAttention> {
public:
    static at::Tensor forward(AutogradContext* context, const at::Tensor& qkv, const at::Tensor& offsets,
                              std::int64_t heads, double scale)
    {
        const at::Tensor input = qkv.contiguous();
        const Attended attended = attend(operandsOf(input, {}), offsets, offsets, {heads, scale});
        context->save_for_backward({input, offsets, attended.output, attended.logSums});
        keep(context, heads, scale);
        return attended.output;
    }
    static variable_list backward(AutogradContext* context, const variable_list& upstream)
    {
        const variable_list saved = context->get_saved_variables();
        at::Tensor gradient = at::empty_like(saved[0]);
        Operands gradients = operandsOf(gradient, {});
        attendBackward(operandsOf(saved[0], {}), {saved[2], saved[3]}, upstream[0], saved[1], saved[1],
                       kept(context), gradients);
        return {gradient, {}, {}, {}};
    }
};

class CrossAttention : public Function<CrossAttention> {
public:
    static at::Tensor forward(AutogradContext* context, const at::Tensor& query, const at::Tensor& kv,
                              const at::Tensor& queryOffsets, const at::Tensor& keyOffsets,
                              std::int64_t heads, double scale)
    {
        const at::Tensor queries = query.contiguous();
        const at::Tensor keys = kv.contiguous();
        const Attended attended = attend(operandsOf(queries, keys), queryOffsets, keyOffsets, {heads, scale});
        context->save_for_backward(
            {queries, keys, queryOffsets, keyOffsets, attended.output, attended.logSums});
        keep(context, heads, scale);
        return attended.output;
    }
    static variable_list backward(AutogradContext* context, const variable_list& upstream)
    {
        const variable_list saved = context->get_saved_variables();
        at::Tensor ofQuery = at::empty_like(saved[0]);
        at::Tensor ofKeys = at::empty_like(saved[1]);
        Operands gradients = operandsOf(ofQuery, ofKeys);
        attendBackward(operandsOf(saved[0], saved[1]), {saved[4], saved[5]}, upstream[0], saved[2], saved[3],
                       kept(context), gradients);
        return {ofQuery, ofKeys, {}, {}, {}, {}};
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
        : EventOperations(offsets, types, typeCount, at::kCPU),
          m_events(at::arange(std::ssize(offsets), at::kLong))
    {
    }

    at::Tensor attention(const at::Tensor& qkv, std::int64_t heads, double scale) const override
    {
        return SelfAttention::apply(qkv, offsets(), heads, scale);
    }
    at::Tensor attention(const at::Tensor& query, const at::Tensor& kv, std::int64_t heads,
                         double scale) const override
    {
        return CrossAttention::apply(query, kv, offsets(), offsets(), heads, scale);
    }
    at::Tensor readout(const at::Tensor& query, const at::Tensor& kv, std::int64_t heads,
                       double scale) const override
    {
        return CrossAttention::apply(query.expand({events(), -1}), kv, m_events, offsets(), heads, scale);
    }
    at::Tensor addToElements(const at::Tensor& x, const at::Tensor& answers) const override
    {
        return AddToElements::apply(x, answers, offsets());
    }

private:
    at::Tensor m_events; ///< 0, 1, … events: one query for each
};

} // namespace

std::unique_ptr<EventOperations> kernelEvents(std::span<const std::int64_t> offsets,
                                              std::span<const std::int64_t> types, std::int64_t typeCount)
{
    return std::make_unique<KernelEvents>(offsets, types, typeCount);
}

} // namespace widthwise::trainer
