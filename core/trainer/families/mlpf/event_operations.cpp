// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/families/mlpf/event_operations.h"

#include "core/trainer/compute/row_order.h"

#include <numeric>

namespace widthwise::trainer {

at::Tensor listInMemory(std::span<const std::int64_t> numbers)
{
    return tensorOf(numbers, {std::ssize(numbers)}, at::TensorOptions().dtype(at::kLong));
}

EventOperations::EventOperations(std::span<const std::int64_t> offsets, std::span<const std::int64_t> types,
                                 std::int64_t typeCount, const at::Device& device)
    : m_offsets(listInMemory(offsets)), m_counts(static_cast<std::size_t>(typeCount))
{
    for (const std::int64_t type : types) {
        ++m_counts[static_cast<std::size_t>(type)];
    }
    std::vector<std::int64_t> next(m_counts.size());
    std::exclusive_scan(m_counts.begin(), m_counts.end(), next.begin(), std::int64_t{0});
    std::vector<std::int64_t> places(types.size());
    std::vector<std::int64_t> order(types.size());
    for (std::size_t i = 0; i < types.size(); ++i) {
        const std::int64_t place = next[static_cast<std::size_t>(types[i])]++;
        places[i] = place;
        order[static_cast<std::size_t>(place)] = static_cast<std::int64_t>(i);
    }
    m_order = listInMemory(order).to(device);
    m_places = listInMemory(places).to(device);
}

std::vector<at::Tensor> EventOperations::byType(const at::Tensor& x) const
{
    return at::split_with_sizes(reordered(x, m_order, m_places), m_counts);
}

at::Tensor EventOperations::fromTypes(const std::vector<at::Tensor>& parts) const
{
    return reordered(at::cat(parts), m_places, m_order);
}

} // namespace widthwise::trainer
