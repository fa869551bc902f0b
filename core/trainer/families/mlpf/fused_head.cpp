// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/families/mlpf/fused_head.h"

#include "core/trainer/compute/head_kernel.h"
#include "core/trainer/compute/ragged_ops.h"

namespace widthwise::trainer {

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::Function;
using torch::autograd::variable_list;

/// `tensors`: x, gain, bias, weight and the last bias.
template <typename Real>
HeadOperands<Real> operandsOf(const variable_list& tensors, double multiplier)
{
    return {tensors[0].size(0),          tensors[0].size(1),
            tensors[3].size(0),          multiplier,
            tensors[0].data_ptr<Real>(), tensors[1].data_ptr<Real>(),
            tensors[2].data_ptr<Real>(), tensors[3].data_ptr<Real>(),
            tensors[4].data_ptr<Real>()};
}

class HeadEnd : public Function<HeadEnd> {
public:
    static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const at::Tensor& gain,
                              const at::Tensor& bias, const at::Tensor& weight, const at::Tensor& last,
                              double multiplier)
    {
        const variable_list tensors{x.contiguous(), gain, bias, weight, last};
        at::Tensor y = at::empty({x.size(0), weight.size(0)}, x.options());
        dispatch(x, [&]<typename Real>(Real*) {
            headForward(operandsOf<Real>(tensors, multiplier), y.data_ptr<Real>());
        });
        context->save_for_backward(tensors);
        context->saved_data["multiplier"] = multiplier;
        return y;
    }

    static variable_list backward(AutogradContext* context, const variable_list& gradients)
    {
        const variable_list tensors = context->get_saved_variables();
        const double multiplier = context->saved_data["multiplier"].toDouble();
        const at::Tensor upstream = gradients[0].contiguous();
        variable_list to{at::empty_like(tensors[0])};
        for (std::size_t i = 1; i < tensors.size(); ++i) {
            to.push_back(at::zeros_like(tensors[i]));
        }
        dispatch(upstream, [&]<typename Real>(Real*) {
            headBackward(operandsOf<Real>(tensors, multiplier), upstream.data_ptr<Real>(),
                         HeadGradients<Real>{to[0].data_ptr<Real>(), to[1].data_ptr<Real>(),
                                             to[2].data_ptr<Real>(), to[3].data_ptr<Real>(),
                                             to[4].data_ptr<Real>()});
        });
        to.emplace_back(); // of the multiplier
        return to;
    }
};

} // namespace

bool canFuseHead(const at::Tensor& x, const Linear& last)
{
    constexpr std::int64_t step = 16;
    return x.is_cpu() && x.size(1) % step == 0 && last.weight.size(0) <= mostHeadOutputs &&
           !last.half.defined();
}

at::Tensor fusedHead(const at::Tensor& x, const LayerNorm& norm, const Linear& last)
{
    return HeadEnd::apply(x, norm.gain, norm.bias, last.weight, last.bias, last.multiplier);
}

} // namespace widthwise::trainer
