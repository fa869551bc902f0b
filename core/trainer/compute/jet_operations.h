// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/compute/torch_compat.h"

#include <memory>
#include <span>
#include <vector>

namespace widthwise::trainer {

/// All that a network does across the tokens of a jet, for the jets of one batch. Tokens are packed: [tokens,
/// …] has the tokens of the first jet, then those of the second.
class JetOperations {
public:
    virtual ~JetOperations() = default;

    /// Self-attention within each jet. `qkv` [tokens, 3·width] holds query, key and value side by side. Gives
    /// [tokens, width].
    virtual at::Tensor attention(const at::Tensor& qkv, std::int64_t heads, double scale) const = 0;
    /// Sums `x` [tokens, width] over each jet's tokens with the weights softmax(`gate` [tokens, 1]); zeros
    /// for a jet without tokens. Gives [jets, width].
    virtual at::Tensor pool(const at::Tensor& gate, const at::Tensor& x) const = 0;
    /// relu(`first`[i] + `second`[j] + `jet`[g]) for the ordered pairs of different tokens i, j of each jet
    /// g: jet by jet, i by i. `first` and `second` [tokens, width], `jet` [jets, width]; gives [pairs,
    /// width].
    virtual at::Tensor pairs(const at::Tensor& first, const at::Tensor& second,
                             const at::Tensor& jet) const = 0;
    /// Each jet's row of `x` [jets, width] for each of its tokens. Gives [tokens, width].
    virtual at::Tensor spread(const at::Tensor& x) const = 0;
};

/// Our own kernels, which know no padding; for tensors in memory. `offsets` [jets + 1] says where each jet's
/// tokens begin.
std::unique_ptr<JetOperations> kernelOperations(std::span<const std::int64_t> offsets);

/// LibTorch's operations on any device. Jets are padded to one length for attention alone. Backwards, what
/// meets in a row is added up in the order of the rows that it comes from, so that no result depends on the
/// order in which a device's threads come.
std::unique_ptr<JetOperations> deviceOperations(std::span<const std::int64_t> offsets,
                                                const at::Device& device);

} // namespace widthwise::trainer
