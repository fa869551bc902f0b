// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/compute/torch_compat.h"

#include <span>

namespace widthwise::trainer {

/// Where the elements of a batch's events lie, for all that a network does across the elements of an event.
/// Elements are packed: those of the first event, then those of the second. Tensors are in memory.
class EventOperations {
public:
    /// `offsets` [events + 1], `types` [elements]: the index of each element's type, of so many.
    EventOperations(std::span<const std::int64_t> offsets, std::span<const std::int64_t> types,
                    std::int64_t typeCount);

    const at::Tensor& offsets() const { return m_offsets; }
    std::int64_t events() const { return m_offsets.numel() - 1; }

    /// Self-attention within each event. `qkv` [elements, 3·width] holds query, key and value side by side.
    /// Gives [elements, width].
    at::Tensor attention(const at::Tensor& qkv, std::int64_t heads, double scale) const;
    /// The same with queries [elements, width] of their own; `kv` [elements, 2·width].
    at::Tensor attention(const at::Tensor& query, const at::Tensor& kv, std::int64_t heads,
                         double scale) const;
    /// One query [1, width] for all events. Gives [events, width].
    at::Tensor readout(const at::Tensor& query, const at::Tensor& kv, std::int64_t heads, double scale) const;
    /// `x` [elements, width] + each element's row of `answers` [events, width].
    at::Tensor addToElements(const at::Tensor& x, const at::Tensor& answers) const;

    /// Rows sorted by the type of their element, and cut into one tensor for each type.
    std::vector<at::Tensor> byType(const at::Tensor& x) const;
    /// Back again.
    at::Tensor fromTypes(const std::vector<at::Tensor>& parts) const;

private:
    at::Tensor m_offsets;
    at::Tensor m_events; ///< 0, 1, … events: one query for each
    at::Tensor m_order;  ///< of the rows sorted by type
    at::Tensor m_places; ///< of each row there
    std::vector<std::int64_t> m_counts;
};

} // namespace widthwise::trainer
