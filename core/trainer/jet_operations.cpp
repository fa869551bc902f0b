// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/jet_operations.h"

#include "core/trainer/ragged_ops.h"

#include <limits>
#include <map>

namespace widthwise::trainer {

namespace {

at::Tensor indices(const std::vector<std::int64_t>& values, const at::Device& device)
{
    return at::tensor(values, at::kLong).to(device);
}

class KernelOperations : public JetOperations {
public:
    explicit KernelOperations(std::span<const std::int64_t> offsets)
        : m_offsets(indices({offsets.begin(), offsets.end()}, at::kCPU)),
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

/// Jets that are padded to one length.
struct Bucket {
    std::int64_t size;   ///< jets
    std::int64_t length; ///< tokens of each, with the padding
    at::Tensor jets;     ///< [size]
    at::Tensor tokens;   ///< [size · length]; where a jet has no more, its first one again
    at::Tensor isToken;  ///< [size, length]
    at::Tensor pairs;    ///< places in [size · length · length], in the order of JetOperations::pairs

    /// [size, length, width] of packed [tokens, width].
    at::Tensor padded(const at::Tensor& x) const
    {
        return x.index_select(0, tokens).view({size, length, x.size(1)});
    }
};

class BucketOperations : public JetOperations {
public:
    BucketOperations(std::span<const std::int64_t> offsets, const at::Device& device);

    at::Tensor attention(const at::Tensor& qkv, std::int64_t heads, double scale) const override;
    at::Tensor pool(const at::Tensor& gate, const at::Tensor& x) const override;
    at::Tensor pairs(const at::Tensor& first, const at::Tensor& second, const at::Tensor& jet) const override;
    at::Tensor spread(const at::Tensor& x) const override;

private:
    /// Where the buckets' rows, one after another, belong in the whole.
    struct Places {
        std::vector<std::int64_t> ofJet;
        std::vector<std::int64_t> ofToken;
        std::vector<std::int64_t> ofPair;
        std::int64_t jets = 0;
        std::int64_t tokens = 0;
        std::int64_t pairs = 0;
    };

    void addBucket(std::span<const std::int64_t> offsets, const std::vector<std::int64_t>& jets,
                   std::int64_t length, const std::vector<std::int64_t>& firstPairs, Places& places);

    at::Device m_device;
    std::vector<Bucket> m_buckets;
    at::Tensor m_placeOfJet; ///< that of a jet without tokens is behind all others
    at::Tensor m_placeOfToken;
    at::Tensor m_placeOfPair;
};

BucketOperations::BucketOperations(std::span<const std::int64_t> offsets, const at::Device& device)
    : m_device(device)
{
    constexpr std::int64_t step = 8; // what fused attention wants its masks to be a multiple of
    std::map<std::int64_t, std::vector<std::int64_t>> jetsOfLength;
    std::vector<std::int64_t> firstPairs{0};
    for (std::size_t jet = 0; jet + 1 < offsets.size(); ++jet) {
        const std::int64_t tokens = offsets[jet + 1] - offsets[jet];
        firstPairs.push_back(firstPairs.back() + tokens * (tokens - 1));
        if (tokens > 0) {
            jetsOfLength[(tokens + step - 1) / step * step].push_back(static_cast<std::int64_t>(jet));
        }
    }
    Places places;
    places.ofJet.assign(offsets.size() - 1, -1);
    places.ofToken.resize(static_cast<std::size_t>(offsets.back()));
    places.ofPair.resize(static_cast<std::size_t>(firstPairs.back()));
    for (const auto& [length, jets] : jetsOfLength) {
        addBucket(offsets, jets, length, firstPairs, places);
    }
    std::ranges::replace(places.ofJet, std::int64_t{-1}, places.jets);
    m_placeOfJet = indices(places.ofJet, device);
    m_placeOfToken = indices(places.ofToken, device);
    m_placeOfPair = indices(places.ofPair, device);
}

void BucketOperations::addBucket(std::span<const std::int64_t> offsets, const std::vector<std::int64_t>& jets,
                                 std::int64_t length, const std::vector<std::int64_t>& firstPairs,
                                 Places& places)
{
    const std::int64_t size = std::ssize(jets);
    std::vector<std::int64_t> tokens;
    std::vector<std::int64_t> counts;
    std::vector<std::int64_t> pairs;
    for (std::int64_t row = 0; row < size; ++row) {
        const auto jet = static_cast<std::size_t>(jets[static_cast<std::size_t>(row)]);
        const std::int64_t first = offsets[jet];
        const std::int64_t count = offsets[jet + 1] - first;
        counts.push_back(count);
        places.ofJet[jet] = places.jets++;
        auto pairPlace = static_cast<std::size_t>(firstPairs[jet]);
        for (std::int64_t i = 0; i < length; ++i) {
            tokens.push_back(i < count ? first + i : first);
        }
        for (std::int64_t i = 0; i < count; ++i) {
            places.ofToken[static_cast<std::size_t>(first + i)] = places.tokens + row * length + i;
            for (std::int64_t j = 0; j < count; ++j) {
                if (i != j) {
                    pairs.push_back((row * length + i) * length + j);
                    places.ofPair[pairPlace++] = places.pairs++;
                }
            }
        }
    }
    places.tokens += size * length;
    m_buckets.push_back({size, length, indices(jets, m_device), indices(tokens, m_device),
                         at::arange(length).lt(indices(counts, at::kCPU).unsqueeze(1)).to(m_device),
                         indices(pairs, m_device)});
}

at::Tensor BucketOperations::attention(const at::Tensor& qkv, std::int64_t heads, double scale) const
{
    const std::int64_t width = qkv.size(1) / 3;
    std::vector<at::Tensor> parts{qkv.narrow(0, 0, 0).narrow(1, 0, width)};
    for (const Bucket& bucket : m_buckets) {
        const auto operands = bucket.padded(qkv)
                                  .view({bucket.size, bucket.length, 3, heads, width / heads})
                                  .permute({2, 0, 3, 1, 4})
                                  .unbind(0);
        const at::Tensor seen = fusedAttention(operands[0], operands[1], operands[2],
                                               bucket.isToken.unsqueeze(1).unsqueeze(1), scale);
        parts.push_back(seen.transpose(1, 2).reshape({bucket.size * bucket.length, width}));
    }
    return at::cat(parts).index_select(0, m_placeOfToken);
}

at::Tensor BucketOperations::pool(const at::Tensor& gate, const at::Tensor& x) const
{
    std::vector<at::Tensor> parts;
    for (const Bucket& bucket : m_buckets) {
        const at::Tensor scores = bucket.padded(gate).masked_fill(bucket.isToken.logical_not().unsqueeze(2),
                                                                  -std::numeric_limits<double>::infinity());
        parts.push_back((at::softmax(scores, 1) * bucket.padded(x)).sum(1));
    }
    parts.push_back(at::zeros({1, x.size(1)}, x.options()));
    return at::cat(parts).index_select(0, m_placeOfJet);
}

at::Tensor BucketOperations::pairs(const at::Tensor& first, const at::Tensor& second,
                                   const at::Tensor& jet) const
{
    std::vector<at::Tensor> parts{first.narrow(0, 0, 0)};
    for (const Bucket& bucket : m_buckets) {
        const at::Tensor sums = bucket.padded(first).unsqueeze(2) + bucket.padded(second).unsqueeze(1) +
                                jet.index_select(0, bucket.jets).unsqueeze(1).unsqueeze(1);
        parts.push_back(sums.view({-1, first.size(1)}).index_select(0, bucket.pairs));
    }
    return at::relu(at::cat(parts).index_select(0, m_placeOfPair));
}

at::Tensor BucketOperations::spread(const at::Tensor& x) const
{
    std::vector<at::Tensor> parts{x.narrow(0, 0, 0)};
    for (const Bucket& bucket : m_buckets) {
        const at::Tensor rows = x.index_select(0, bucket.jets).unsqueeze(1);
        parts.push_back(rows.expand({bucket.size, bucket.length, x.size(1)}).reshape({-1, x.size(1)}));
    }
    return at::cat(parts).index_select(0, m_placeOfToken);
}

} // namespace

std::unique_ptr<JetOperations> kernelOperations(std::span<const std::int64_t> offsets)
{
    return std::make_unique<KernelOperations>(offsets);
}

std::unique_ptr<JetOperations> bucketOperations(std::span<const std::int64_t> offsets,
                                                const at::Device& device)
{
    return std::make_unique<BucketOperations>(offsets, device);
}

} // namespace widthwise::trainer
