// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/compute/row_order.h"

namespace widthwise::trainer {

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::Function;
using torch::autograd::variable_list;

class Reorder : public Function<Reorder> {
public:
    static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const at::Tensor& order,
                              const at::Tensor& inverse)
    {
        context->save_for_backward({inverse});
        return x.index_select(0, order);
    }
    static variable_list backward(AutogradContext* context, const variable_list& gradients)
    {
        return {gradients[0].index_select(0, context->get_saved_variables()[0]), {}, {}};
    }
};

} // namespace

at::Tensor reordered(const at::Tensor& x, const at::Tensor& order, const at::Tensor& inverse)
{
    return Reorder::apply(x, order, inverse);
}

} // namespace widthwise::trainer
