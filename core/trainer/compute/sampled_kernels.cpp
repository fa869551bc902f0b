// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/compute/sampled_kernels.h"

#include "core/trainer/compute/instruction_set.h"

#include <algorithm>

namespace widthwise::trainer {

namespace {

struct Jet {
    std::int64_t index;
    std::int64_t first; ///< token
    std::int64_t tokens;
};

std::vector<Jet> sample(std::span<const std::int64_t> offsets)
{
    const std::int64_t count = std::ssize(offsets) - 1;
    const std::int64_t step = std::max<std::int64_t>(1, (count + sampledJets - 1) / sampledJets);
    std::vector<Jet> jets;
    for (std::int64_t jet = 0; jet < count; jet += step) {
        const auto at = static_cast<std::size_t>(jet);
        jets.push_back({jet, offsets[at], offsets[at + 1] - offsets[at]});
    }
    return jets;
}

/// The loop over the keys is the inner one: it runs over neighbours in `logits`.
template <typename Real>
[[gnu::always_inline]] inline void addLogits(const RaggedShape& shape, const Jet& jet, std::int64_t head,
                                             const Real* qkv, std::vector<Real>& logits)
{
    const std::int64_t model = shape.heads * shape.headWidth;
    const std::size_t begin = logits.size();
    logits.resize(begin + static_cast<std::size_t>(jet.tokens * jet.tokens));
    const Real* queries = qkv + jet.first * 3 * model + head * shape.headWidth;
    const Real* keys = queries + model;
    for (std::int64_t i = 0; i < jet.tokens; ++i) {
        Real* row = logits.data() + begin + i * jet.tokens;
        for (std::int64_t k = 0; k < shape.headWidth; ++k) {
            const Real query = static_cast<Real>(shape.scale) * queries[i * 3 * model + k];
            for (std::int64_t j = 0; j < jet.tokens; ++j) {
                row[j] += query * keys[j * 3 * model + k];
            }
        }
    }
}

template <typename Real>
[[gnu::always_inline]] inline void allLogits(const RaggedShape* shape, const Real* qkv,
                                             std::vector<Real>* logits)
{
    for (const Jet& jet : sample(shape->offsets)) {
        for (std::int64_t head = 0; head < shape->heads; ++head) {
            addLogits(*shape, jet, head, qkv, *logits);
        }
    }
}

template <typename Real>
[[gnu::always_inline]] inline void allSums(std::span<const std::int64_t> offsets, std::int64_t width,
                                           const Real* first, const Real* second, const Real* jets,
                                           std::vector<Real>* sums)
{
    for (const Jet& jet : sample(offsets)) {
        const Real* ofJet = jets + jet.index * width;
        const std::size_t begin = sums->size();
        sums->resize(begin + static_cast<std::size_t>(jet.tokens * (jet.tokens - 1) * width));
        Real* to = sums->data() + begin;
        for (std::int64_t i = jet.first; i < jet.first + jet.tokens; ++i) {
            for (std::int64_t j = jet.first; j < jet.first + jet.tokens; ++j) {
                if (i == j) {
                    continue;
                }
                for (std::int64_t k = 0; k < width; ++k) {
                    to[k] = first[i * width + k] + second[j * width + k] + ofJet[k];
                }
                to += width;
            }
        }
    }
}

} // namespace

template <typename Real>
std::vector<Real> attentionLogits(const RaggedShape& shape, const Real* qkv)
{
    std::vector<Real> logits;
    dispatch<allLogits<Real>>(&shape, qkv, &logits);
    return logits;
}

template <typename Real>
std::vector<Real> pairSums(std::span<const std::int64_t> offsets, std::int64_t width, const Real* first,
                           const Real* second, const Real* jet)
{
    std::vector<Real> sums;
    dispatch<allSums<Real>>(offsets, width, first, second, jet, &sums);
    return sums;
}

template std::vector<float> attentionLogits(const RaggedShape&, const float*);
template std::vector<double> attentionLogits(const RaggedShape&, const double*);
template std::vector<float> pairSums(std::span<const std::int64_t>, std::int64_t, const float*, const float*,
                                     const float*);
template std::vector<double> pairSums(std::span<const std::int64_t>, std::int64_t, const double*,
                                      const double*, const double*);

} // namespace widthwise::trainer
