// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/families/mlpf/event_operations.h"

#include <algorithm>

namespace widthwise::trainer {

namespace {

/// All events are padded to the length of the longest.
class DeviceEvents : public EventOperations {
public:
    DeviceEvents(std::span<const std::int64_t> offsets, std::span<const std::int64_t> types,
                 std::int64_t typeCount, const at::Device& device);

    at::Tensor attention(const at::Tensor& qkv, std::int64_t heads, double scale) const override
    {
        const std::int64_t width = qkv.size(1) / 3;
        return attention(qkv.narrow(1, 0, width), qkv.narrow(1, width, 2 * width), heads, scale);
    }
    at::Tensor attention(const at::Tensor& query, const at::Tensor& kv, std::int64_t heads,
                         double scale) const override
    {
        const at::Tensor seen =
            attend(pad(query).view({events(), m_length, heads, -1}).transpose(1, 2), kv, heads, scale);
        return pack(seen.transpose(1, 2).reshape({events() * m_length, -1}));
    }
    at::Tensor readout(const at::Tensor& query, const at::Tensor& kv, std::int64_t heads,
                       double scale) const override
    {
        const at::Tensor queries =
            query.view({1, 1, heads, -1}).transpose(1, 2).expand({events(), -1, -1, -1});
        const at::Tensor seen = attend(queries, kv, heads, scale).reshape({events(), -1});
        return at::where(m_isEmpty, at::zeros_like(seen), seen);
    }
    at::Tensor addToElements(const at::Tensor& x, const at::Tensor& answers) const override
    {
        return x + pack(answers.unsqueeze(1).expand({-1, m_length, -1}).reshape({events() * m_length, -1}));
    }

private:
    at::Tensor pad(const at::Tensor& x) const
    {
        return at::zeros({events() * m_length, x.size(1)}, x.options()).index_copy(0, m_places, x);
    }
    at::Tensor pack(const at::Tensor& padded) const { return padded.index_select(0, m_places); }
    /// `queries` [events, heads, any, head width].
    at::Tensor attend(const at::Tensor& queries, const at::Tensor& kv, std::int64_t heads, double scale) const
    {
        const auto parts =
            pad(kv).view({events(), m_length, 2, heads, -1}).permute({2, 0, 3, 1, 4}).unbind(0);
        return fusedAttention(queries, parts[0], parts[1], m_mask, scale);
    }

    std::int64_t m_length = 0;
    at::Tensor m_places;  ///< [elements]: in the padded rows
    at::Tensor m_mask;    ///< [events, 1, 1, length]: keys that are seen
    at::Tensor m_isEmpty; ///< [events, 1]
};

DeviceEvents::DeviceEvents(std::span<const std::int64_t> offsets, std::span<const std::int64_t> types,
                           std::int64_t typeCount, const at::Device& device)
    : EventOperations(offsets, types, typeCount, device)
{
    constexpr std::int64_t step = 8; // what fused attention wants its masks to be a multiple of
    std::int64_t longest = 1;
    for (std::size_t event = 0; event + 1 < offsets.size(); ++event) {
        longest = std::max(longest, offsets[event + 1] - offsets[event]);
    }
    m_length = (longest + step - 1) / step * step;
    std::vector<std::int64_t> places;
    std::vector<std::int64_t> counts;
    for (std::size_t event = 0; event + 1 < offsets.size(); ++event) {
        counts.push_back(offsets[event + 1] - offsets[event]);
        for (std::int64_t i = 0; i < counts.back(); ++i) {
            places.push_back(static_cast<std::int64_t>(event) * m_length + i);
        }
    }
    m_places = listInMemory(places).to(device);
    const at::Tensor sizes = listInMemory(counts).to(device).unsqueeze(1);
    m_isEmpty = sizes.eq(0);
    // an event without elements sees a row of zeros, as a softmax over nothing is none
    m_mask = at::arange(m_length, sizes.options()).lt(sizes.clamp_min(1)).view({events(), 1, 1, m_length});
}

} // namespace

std::unique_ptr<EventOperations> deviceEvents(std::span<const std::int64_t> offsets,
                                              std::span<const std::int64_t> types, std::int64_t typeCount,
                                              const at::Device& device)
{
    return std::make_unique<DeviceEvents>(offsets, types, typeCount, device);
}

} // namespace widthwise::trainer
