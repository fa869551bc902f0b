// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/compute/ragged_ops.h"

namespace widthwise::trainer {

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::Function;
using torch::autograd::variable_list;

class Attention : public Function<Attention> {
public:
    static at::Tensor forward(AutogradContext* context, const at::Tensor& qkv, const at::Tensor& offsets,
                              std::int64_t heads, double scale)
    {
        const RaggedShape shape = shapeOf(qkv, offsets, heads, scale);
        const at::Tensor input = qkv.contiguous();
        at::Tensor output = at::empty({qkv.size(0), qkv.size(1) / 3}, qkv.options());
        at::Tensor weights = at::empty({shape.weightCount()}, qkv.options());
        dispatch(qkv, [&]<typename Real>(Real*) {
            attentionForward(shape, input.data_ptr<Real>(), output.data_ptr<Real>(),
                             weights.data_ptr<Real>());
        });
        context->save_for_backward({input, offsets, weights});
        context->saved_data["heads"] = heads;
        context->saved_data["scale"] = scale;
        return output;
    }

    static variable_list backward(AutogradContext* context, const variable_list& gradients)
    {
        const variable_list saved = context->get_saved_variables();
        const at::Tensor& qkv = saved[0];
        const RaggedShape shape = shapeOf(qkv, saved[1], context->saved_data["heads"].toInt(),
                                          context->saved_data["scale"].toDouble());
        const at::Tensor upstream = gradients[0].contiguous();
        at::Tensor gradient = at::empty_like(qkv);
        dispatch(qkv, [&]<typename Real>(Real*) {
            attentionBackward(shape, qkv.data_ptr<Real>(), saved[2].data_ptr<Real>(),
                              upstream.data_ptr<Real>(), gradient.data_ptr<Real>());
        });
        return {gradient, {}, {}, {}};
    }
};

class Pool : public Function<Pool> {
public:
    static at::Tensor forward(AutogradContext* context, const at::Tensor& gate, const at::Tensor& x,
                              const at::Tensor& offsets)
    {
        const at::Tensor gates = gate.contiguous();
        const at::Tensor input = x.contiguous();
        at::Tensor pooled = at::empty({offsets.numel() - 1, x.size(1)}, x.options());
        at::Tensor weights = at::empty({x.size(0)}, x.options());
        dispatch(x, [&]<typename Real>(Real*) {
            poolForward(spanOf(offsets), x.size(1), gates.data_ptr<Real>(), input.data_ptr<Real>(),
                        pooled.data_ptr<Real>(), weights.data_ptr<Real>());
        });
        context->save_for_backward({input, offsets, weights});
        return pooled;
    }

    static variable_list backward(AutogradContext* context, const variable_list& gradients)
    {
        const variable_list saved = context->get_saved_variables();
        const at::Tensor& x = saved[0];
        const at::Tensor upstream = gradients[0].contiguous();
        at::Tensor gateGradient = at::empty({x.size(0), 1}, x.options());
        at::Tensor xGradient = at::empty_like(x);
        dispatch(x, [&]<typename Real>(Real*) {
            poolBackward(spanOf(saved[1]), x.size(1), saved[2].data_ptr<Real>(), x.data_ptr<Real>(),
                         upstream.data_ptr<Real>(), gateGradient.data_ptr<Real>(),
                         xGradient.data_ptr<Real>());
        });
        return {gateGradient, xGradient, {}};
    }
};

class Pairs : public Function<Pairs> {
public:
    static at::Tensor forward(AutogradContext* context, const at::Tensor& first, const at::Tensor& second,
                              const at::Tensor& jet, const at::Tensor& offsets)
    {
        const at::Tensor a = first.contiguous();
        const at::Tensor b = second.contiguous();
        const at::Tensor c = jet.contiguous();
        at::Tensor pairs = at::empty({pairCount(spanOf(offsets)), a.size(1)}, a.options());
        dispatch(a, [&]<typename Real>(Real*) {
            pairForward(spanOf(offsets), a.size(1), a.data_ptr<Real>(), b.data_ptr<Real>(),
                        c.data_ptr<Real>(), pairs.data_ptr<Real>());
        });
        context->save_for_backward({pairs, offsets});
        return pairs;
    }

    static variable_list backward(AutogradContext* context, const variable_list& gradients)
    {
        const variable_list saved = context->get_saved_variables();
        const at::Tensor& pairs = saved[0];
        const at::Tensor& offsets = saved[1];
        const std::int64_t width = pairs.size(1);
        const at::Tensor upstream = gradients[0].contiguous();
        const auto tokens = spanOf(offsets).back();
        at::Tensor first = at::empty({tokens, width}, pairs.options());
        at::Tensor second = at::empty({tokens, width}, pairs.options());
        at::Tensor jet = at::empty({offsets.numel() - 1, width}, pairs.options());
        dispatch(pairs, [&]<typename Real>(Real*) {
            pairBackward(spanOf(offsets), width, pairs.data_ptr<Real>(), upstream.data_ptr<Real>(),
                         first.data_ptr<Real>(), second.data_ptr<Real>(), jet.data_ptr<Real>());
        });
        return {first, second, jet, {}};
    }
};

} // namespace

at::Tensor raggedAttention(const at::Tensor& qkv, const at::Tensor& offsets, std::int64_t heads, double scale)
{
    return Attention::apply(qkv, offsets, heads, scale);
}

at::Tensor raggedPool(const at::Tensor& gate, const at::Tensor& x, const at::Tensor& offsets)
{
    return Pool::apply(gate, x, offsets);
}

at::Tensor raggedPairs(const at::Tensor& first, const at::Tensor& second, const at::Tensor& jet,
                       const at::Tensor& offsets)
{
    return Pairs::apply(first, second, jet, offsets);
}

} // namespace widthwise::trainer
