// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/compute/register_tokens.h"

#include <vector>

namespace widthwise::trainer {

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::Function;
using torch::autograd::variable_list;

/// The rows of `x` in another order; `inverse` puts them back.
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

JetsWithRegisters::JetsWithRegisters(std::span<const std::int64_t> offsets, const at::Device& device,
                                     const Operations& operations)
    : m_tracks(offsets.back()), m_registers(std::ssize(offsets) - 1)
{
    std::vector<std::int64_t> all{0};
    std::vector<std::int64_t> order;
    std::vector<std::int64_t> places(static_cast<std::size_t>(m_tracks + m_registers));
    const auto place = [&](std::int64_t row) {
        places[static_cast<std::size_t>(row)] = std::ssize(order);
        order.push_back(row);
    };
    for (std::int64_t jet = 0; jet < m_registers; ++jet) {
        const auto at = static_cast<std::size_t>(jet);
        for (std::int64_t track = offsets[at]; track < offsets[at + 1]; ++track) {
            place(track);
        }
        place(m_tracks + jet);
        all.push_back(std::ssize(order));
    }
    m_offsets = at::tensor(all, at::kLong);
    m_jets = operations(all);
    m_order = at::tensor(order, at::kLong).to(device);
    m_places = at::tensor(places, at::kLong).to(device);
}

at::Tensor JetsWithRegisters::join(const at::Tensor& tracks, const at::Tensor& token) const
{
    const at::Tensor registers = token.unsqueeze(0).expand({m_registers, token.size(0)});
    return Reorder::apply(at::cat({tracks, registers}), m_order, m_places);
}

at::Tensor JetsWithRegisters::tracksOf(const at::Tensor& x) const
{
    return Reorder::apply(x, m_places, m_order).narrow(0, 0, m_tracks);
}

} // namespace widthwise::trainer
