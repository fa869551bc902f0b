// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/compute/jet_operations.h"

#include "core/trainer/compute/ragged_ops.h"

#include <algorithm>
#include <numeric>

namespace widthwise::trainer {

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::Function;
using torch::autograd::variable_list;

class KernelOperations : public JetOperations {
public:
    explicit KernelOperations(std::span<const std::int64_t> offsets)
        : m_offsets(at::tensor(at::ArrayRef(offsets.data(), offsets.size()), at::kLong)),
          m_jetOfToken(at::repeat_interleave(m_offsets.diff()))
    {
    }

    at::Tensor attention(const at::Tensor& qkv, std::int64_t heads, double scale) const override
    {
        return raggedAttention(qkv, m_offsets, heads, scale);
    }
    at::Tensor pool(const at::Tensor& gate, const at::Tensor& x) const override
    {
        return raggedPool(gate, x, m_offsets);
    }
    at::Tensor pairs(const at::Tensor& first, const at::Tensor& second, const at::Tensor& jet) const override
    {
        return raggedPairs(first, second, jet, m_offsets);
    }
    at::Tensor spread(const at::Tensor& x) const override { return x.index_select(0, m_jetOfToken); }

private:
    at::Tensor m_offsets;
    at::Tensor m_jetOfToken;
};

/// Rows that each belong to one of fewer rows: tokens to their jet, pairs to one of their tokens.
struct Members {
    at::Tensor owners; ///< [rows]
    at::Tensor begins; ///< [owners + 1]: where each one's rows begin, once they are sorted by owner
    at::Tensor order;  ///< [rows], which sorts them so; empty where they are
};

/// For each owner the sum of its rows of `x`.
at::Tensor sumOf(const at::Tensor& x, const at::Tensor& begins, const at::Tensor& order)
{
    if (x.numel() == 0) {
        return at::zeros({begins.numel() - 1, x.size(1)}, x.options());
    }
    const at::Tensor sorted = order.numel() > 0 ? x.index_select(0, order) : x.contiguous();
    return at::segment_reduce(sorted, "sum", {}, {}, begins, 0, true, 0);
}

/// To each row what its owner has; backwards the sums.
class Spread : public Function<Spread> {
public:
    static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const at::Tensor& owners,
                              const at::Tensor& begins, const at::Tensor& order)
    {
        context->save_for_backward({begins, order});
        return x.index_select(0, owners);
    }
    static variable_list backward(AutogradContext* context, const variable_list& gradients)
    {
        const variable_list saved = context->get_saved_variables();
        return {sumOf(gradients[0], saved[0], saved[1]), {}, {}, {}};
    }
};

/// The sums of sorted rows; backwards to each row what its owner has.
class Sum : public Function<Sum> {
public:
    static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const at::Tensor& owners,
                              const at::Tensor& begins)
    {
        context->save_for_backward({owners});
        return sumOf(x, begins, begins.narrow(0, 0, 0));
    }
    static variable_list backward(AutogradContext* context, const variable_list& gradients)
    {
        return {gradients[0].index_select(0, context->get_saved_variables()[0]), {}, {}};
    }
};

/// Puts packed rows at `places` of a longer tensor, the others of which are copies; what flows back to those
/// is zero.
class Pad : public Function<Pad> {
public:
    static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const at::Tensor& rows,
                              const at::Tensor& places)
    {
        context->save_for_backward({places});
        return x.index_select(0, rows);
    }
    static variable_list backward(AutogradContext* context, const variable_list& gradients)
    {
        return {gradients[0].index_select(0, context->get_saved_variables()[0]), {}, {}};
    }
};

/// Takes them from there.
class Pack : public Function<Pack> {
public:
    static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const at::Tensor& rows,
                              const at::Tensor& places, const at::Tensor& isRow)
    {
        context->save_for_backward({rows, isRow});
        return x.index_select(0, places);
    }
    static variable_list backward(AutogradContext* context, const variable_list& gradients)
    {
        const variable_list saved = context->get_saved_variables();
        return {gradients[0].index_select(0, saved[0]).mul_(saved[1].view({-1, 1})), {}, {}, {}};
    }
};

/// Lists of indices that go to a device together.
class IndexLists {
public:
    /// So many numbers to be written, in memory that stays where it is.
    std::int32_t* add(std::int64_t size)
    {
        m_sizes.push_back(size);
        return m_lists.emplace_back(static_cast<std::size_t>(size)).data();
    }
    std::vector<at::Tensor> on(const at::Device& device) const
    {
        at::Tensor all = at::empty({std::reduce(m_sizes.begin(), m_sizes.end())}, at::kInt);
        auto* to = all.data_ptr<std::int32_t>();
        for (const auto& list : m_lists) {
            to = std::ranges::copy(list, to).out;
        }
        return all.to(device).split_with_sizes(m_sizes);
    }

private:
    std::vector<std::int64_t> m_sizes;
    std::vector<std::vector<std::int32_t>> m_lists;
};

class DeviceOperations : public JetOperations {
public:
    DeviceOperations(std::span<const std::int64_t> offsets, const at::Device& device);

    at::Tensor attention(const at::Tensor& qkv, std::int64_t heads, double scale) const override;
    at::Tensor pool(const at::Tensor& gate, const at::Tensor& x) const override;
    at::Tensor pairs(const at::Tensor& first, const at::Tensor& second, const at::Tensor& jet) const override;
    at::Tensor spread(const at::Tensor& x) const override { return spread(x, m_tokensOfJet); }

private:
    static at::Tensor spread(const at::Tensor& x, const Members& members)
    {
        return Spread::apply(x, members.owners, members.begins, members.order);
    }
    at::Tensor sumOfTokens(const at::Tensor& x) const
    {
        return Sum::apply(x, m_tokensOfJet.owners, m_tokensOfJet.begins);
    }

    Members m_tokensOfJet;
    Members m_pairsOfFirst;  ///< a pair belongs to its first token …
    Members m_pairsOfSecond; ///< … and to its second
    std::int64_t m_length;   ///< that all jets with tokens are padded to
    at::Tensor m_rows;    ///< [jets with tokens · length]: tokens; where a jet has no more, its first again
    at::Tensor m_places;  ///< [tokens]: in `m_rows`
    at::Tensor m_isToken; ///< [jets with tokens, length]
};

DeviceOperations::DeviceOperations(std::span<const std::int64_t> offsets, const at::Device& device)
{
    constexpr std::int64_t step = 8; // what fused attention wants its masks to be a multiple of
    std::int64_t longest = 0;
    std::int64_t filled = 0;
    for (std::size_t jet = 0; jet + 1 < offsets.size(); ++jet) {
        longest = std::max(longest, offsets[jet + 1] - offsets[jet]);
        filled += offsets[jet + 1] > offsets[jet] ? 1 : 0;
    }
    m_length = (longest + step - 1) / step * step;

    const std::int64_t tokens = offsets.back();
    const std::int64_t pairs = pairCount(offsets);
    IndexLists lists;
    auto* jetOfToken = lists.add(tokens);
    auto* tokensOfJet = lists.add(std::ssize(offsets));
    auto* firstOfPair = lists.add(pairs);
    auto* secondOfPair = lists.add(pairs);
    auto* pairsOfToken = lists.add(tokens + 1);
    auto* swapped = lists.add(pairs);
    auto* rows = lists.add(filled * m_length);
    auto* places = lists.add(tokens);
    auto* counts = lists.add(filled);
    std::int32_t place = 0;
    std::int32_t pair = 0;
    for (std::size_t jet = 0; jet + 1 < offsets.size(); ++jet) {
        const auto first = static_cast<std::int32_t>(offsets[jet]);
        const auto count = static_cast<std::int32_t>(offsets[jet + 1]) - first;
        const std::int32_t firstPair = pair;
        *++tokensOfJet = first + count;
        for (std::int32_t i = 0; i < count; ++i) {
            *jetOfToken++ = static_cast<std::int32_t>(jet);
            *places++ = place + i;
            for (std::int32_t j = 0; j < count; ++j) {
                if (i != j) {
                    *firstOfPair++ = first + i;
                    *secondOfPair++ = first + j;
                    *swapped++ = firstPair + j * (count - 1) + (i < j ? i : i - 1);
                    ++pair;
                }
            }
            *++pairsOfToken = pair;
        }
        if (count > 0) {
            *counts++ = count;
            place += static_cast<std::int32_t>(m_length);
            std::iota(rows, rows + count, first);
            std::fill(rows + count, rows + m_length, first);
            rows += m_length;
        }
    }
    const std::vector<at::Tensor> on = lists.on(device);
    const at::Tensor sorted = on[0].narrow(0, 0, 0);
    m_tokensOfJet = {on[0], on[1], sorted};
    m_pairsOfFirst = {on[2], on[4], sorted};
    m_pairsOfSecond = {on[3], on[4], on[5]};
    m_rows = on[6];
    m_places = on[7];
    m_isToken = at::arange(m_length, on[8].options()).lt(on[8].unsqueeze(1));
}

at::Tensor DeviceOperations::attention(const at::Tensor& qkv, std::int64_t heads, double scale) const
{
    const std::int64_t width = qkv.size(1) / 3;
    if (qkv.size(0) == 0) {
        return qkv.narrow(1, 0, width);
    }
    const auto operands = Pad::apply(qkv, m_rows, m_places)
                              .view({-1, m_length, 3, heads, width / heads})
                              .permute({2, 0, 3, 1, 4})
                              .unbind(0);
    const at::Tensor seen =
        fusedAttention(operands[0], operands[1], operands[2], m_isToken.unsqueeze(1).unsqueeze(1), scale);
    return Pack::apply(seen.transpose(1, 2).reshape({-1, width}), m_rows, m_places, m_isToken);
}

at::Tensor DeviceOperations::pool(const at::Tensor& gate, const at::Tensor& x) const
{
    if (x.size(0) == 0) {
        return sumOfTokens(x);
    }
    const at::Tensor highest =
        at::segment_reduce(gate.detach().contiguous(), "max", {}, {}, m_tokensOfJet.begins, 0, true);
    const at::Tensor weights = at::exp(gate - highest.index_select(0, m_tokensOfJet.owners));
    return sumOfTokens(weights / spread(sumOfTokens(weights)) * x);
}

/// relu(first[i] + jet[g] + second[j])
at::Tensor DeviceOperations::pairs(const at::Tensor& first, const at::Tensor& second,
                                   const at::Tensor& jet) const
{
    return at::relu(spread(first + spread(jet), m_pairsOfFirst) + spread(second, m_pairsOfSecond));
}

} // namespace

std::unique_ptr<JetOperations> kernelOperations(std::span<const std::int64_t> offsets)
{
    return std::make_unique<KernelOperations>(offsets);
}

std::unique_ptr<JetOperations> deviceOperations(std::span<const std::int64_t> offsets,
                                                const at::Device& device)
{
    return std::make_unique<DeviceOperations>(offsets, device);
}

} // namespace widthwise::trainer
