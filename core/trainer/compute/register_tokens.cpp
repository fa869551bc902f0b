// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/compute/register_tokens.h"

#include "core/trainer/compute/row_order.h"

#include <vector>

namespace widthwise::trainer {

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
    return reordered(at::cat({tracks, registers}), m_order, m_places);
}

at::Tensor JetsWithRegisters::tracksOf(const at::Tensor& x) const
{
    return reordered(x, m_places, m_order).narrow(0, 0, m_tracks);
}

} // namespace widthwise::trainer
