// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/compute/torch_compat.h"

#include <memory>
#include <span>
#include <vector>

namespace widthwise::trainer {

/// All that a network does across the elements of an event, for the events of one batch. Elements are packed:
/// [elements, …] has those of the first event, then those of the second.
class EventOperations {
public:
    virtual ~EventOperations() = default;

    /// Self-attention within each event. `qkv` [elements, 3·width] holds query, key and value side by side.
    /// Gives [elements, width].
    virtual at::Tensor attention(const at::Tensor& qkv, std::int64_t heads, double scale) const = 0;
    /// The same with queries [elements, width] of their own; `kv` [elements, 2·width].
    virtual at::Tensor attention(const at::Tensor& query, const at::Tensor& kv, std::int64_t heads,
                                 double scale) const = 0;
    /// For each event and head, the sum of its rows of `x` [elements, width] with the weights
    /// softmax(`scores` [elements, heads]). Gives [events, heads, width], zeros for an event without
    /// elements.
    virtual at::Tensor pool(const at::Tensor& scores, const at::Tensor& x) const = 0;
    /// `x` [elements, width] + each element's row of `answers` [events, width].
    virtual at::Tensor addToElements(const at::Tensor& x, const at::Tensor& answers) const = 0;

    /// Rows sorted by the type of their element, and cut into one tensor for each type.
    std::vector<at::Tensor> byType(const at::Tensor& x) const;
    /// Back again.
    at::Tensor fromTypes(const std::vector<at::Tensor>& parts) const;
    /// [events + 1], in memory: where the elements of each event begin.
    const at::Tensor& offsets() const { return m_offsets; }

protected:
    EventOperations(std::span<const std::int64_t> offsets, std::span<const std::int64_t> types,
                    std::int64_t typeCount, const at::Device& device);
    std::int64_t events() const { return m_offsets.numel() - 1; }

private:
    at::Tensor m_offsets;
    at::Tensor m_order;  ///< of the rows sorted by type
    at::Tensor m_places; ///< of each row there
    std::vector<std::int64_t> m_counts;
};

/// Our own kernels, which know no padding and keep no scores; for tensors in memory. `offsets` [events + 1]
/// says where the elements of each event begin, `types` [elements] which of `typeCount` types each has.
std::unique_ptr<EventOperations> kernelEvents(std::span<const std::int64_t> offsets,
                                              std::span<const std::int64_t> types, std::int64_t typeCount);

/// LibTorch's operations on any device. Events are padded to one length for attention alone. Bits repeat:
/// nothing is added up in the order in which a device's threads come.
std::unique_ptr<EventOperations> deviceEvents(std::span<const std::int64_t> offsets,
                                              std::span<const std::int64_t> types, std::int64_t typeCount,
                                              const at::Device& device);

/// A copy of the numbers with these options.
template <typename Number>
at::Tensor tensorOf(std::span<const Number> numbers, at::IntArrayRef shape, const at::TensorOptions& options)
{
    // from_blob takes what it only reads from as changeable
    return at::from_blob(const_cast<Number*>(numbers.data()), shape,
                         at::TensorOptions().dtype(c10::CppTypeToScalarType<Number>::value))
        .to(options, false, true);
}
template <typename Number>
at::Tensor tensorOf(const std::vector<Number>& numbers, at::IntArrayRef shape,
                    const at::TensorOptions& options)
{
    return tensorOf(std::span<const Number>(numbers), shape, options);
}

/// Of whole numbers, in memory.
at::Tensor listInMemory(std::span<const std::int64_t> numbers);

} // namespace widthwise::trainer
