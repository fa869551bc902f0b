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
        const auto parted = [&](const at::Tensor& x, std::int64_t parts) {
            return pad(x).view({events(), m_length, parts, heads, -1}).permute({2, 0, 3, 1, 4}).unbind(0);
        };
        const auto keys = parted(kv, 2);
        const at::Tensor seen = fusedAttention(parted(query, 1)[0], keys[0], keys[1], m_mask, scale);
        return pack(seen.transpose(1, 2).reshape({events() * m_length, -1}));
    }
    at::Tensor pool(const at::Tensor& scores, const at::Tensor& x) const override
    {
        const at::Tensor hidden = m_isElement.logical_not().unsqueeze(2);
        const at::Tensor padded = pad(scores).view({events(), m_length, -1});
        const at::Tensor weights = at::softmax(padded.masked_fill(hidden, -1e30), 1).masked_fill(hidden, 0);
        return at::bmm(weights.transpose(1, 2), pad(x).view({events(), m_length, -1}));
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
    std::int64_t m_length = 0;
    at::Tensor m_places;    ///< [elements]: in the padded rows
    at::Tensor m_isElement; ///< [events, length]
    at::Tensor m_mask;      ///< [events, 1, 1, length]: keys that are seen
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
    const at::Tensor rows = at::arange(m_length, sizes.options());
    m_isElement = rows.lt(sizes);
    // an event without elements sees a row of zeros, as a softmax over nothing is none
    m_mask = rows.lt(sizes.clamp_min(1)).view({events(), 1, 1, m_length});
}

} // namespace

std::unique_ptr<EventOperations> deviceEvents(std::span<const std::int64_t> offsets,
                                              std::span<const std::int64_t> types, std::int64_t typeCount,
                                              const at::Device& device)
{
    return std::make_unique<DeviceEvents>(offsets, types, typeCount, device);
}

} // namespace widthwise::trainer
