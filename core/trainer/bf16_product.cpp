// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/bf16_product.h"

namespace widthwise::trainer {

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::Function;
using torch::autograd::variable_list;

class Product : public Function<Product> {
public:
    static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const at::Tensor& /*weight*/,
                              const at::Tensor& half)
    {
        const at::Tensor rounded = x.to(at::kBFloat16);
        context->save_for_backward({rounded, half});
        return at::linear(rounded, half).to(at::kFloat);
    }

    static variable_list backward(AutogradContext* context, const variable_list& gradients)
    {
        const variable_list saved = context->get_saved_variables();
        const at::Tensor upstream = gradients[0].to(at::kBFloat16);
        at::Tensor ofX;
        if (context->needs_input_grad(0)) {
            ofX = at::mm(upstream, saved[1]).to(at::kFloat);
        }
        return {ofX, at::mm(upstream.t(), saved[0]).to(at::kFloat), {}};
    }
};

} // namespace

at::Tensor bf16Linear(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& half,
                      const at::Tensor& bias)
{
    at::Tensor product = Product::apply(x, weight, half);
    return bias.defined() ? product.add_(bias) : product;
}

} // namespace widthwise::trainer
