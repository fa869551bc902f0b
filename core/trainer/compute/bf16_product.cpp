// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/compute/bf16_product.h"

#include "core/trainer/compute/instruction_set.h"

namespace widthwise::trainer {

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::Function;
using torch::autograd::variable_list;

/// a·b of bfloat16 in single precision. On processors without AVX-512 LibTorch has no kernel for it but one
/// that rounds every partial sum; there the same numbers are multiplied in single precision.
at::Tensor product(const at::Tensor& a, const at::Tensor& b)
{
    if (a.is_cpu() && instructionSet() != InstructionSet::Avx512) {
        return at::mm(a.to(at::kFloat), b.to(at::kFloat));
    }
    return at::mm(a, b).to(at::kFloat);
}

class Product : public Function<Product> {
public:
    static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const at::Tensor& /*weight*/,
                              const at::Tensor& half)
    {
        const at::Tensor rounded = x.to(at::kBFloat16);
        context->save_for_backward({rounded, half});
        return product(rounded, half.t());
    }

    static variable_list backward(AutogradContext* context, const variable_list& gradients)
    {
        const variable_list saved = context->get_saved_variables();
        const at::Tensor upstream = gradients[0].to(at::kBFloat16);
        at::Tensor ofX;
        if (context->needs_input_grad(0)) {
            ofX = product(upstream, saved[1]);
        }
        return {ofX, product(upstream.t(), saved[0]), {}};
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
