// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/models/parametrization.h"

#include <cstdint>
#include <string>
#include <vector>

namespace widthwise::trainer {

/// One dimension of a tensor, at this width and at the base width.
struct Dimension {
    std::int64_t size;
    std::int64_t base;
    bool grows;
};

inline Dimension fixed(std::int64_t size)
{
    return {size, size, false};
}

inline constexpr Uses perSample{1, 0, 0};
inline constexpr Uses perToken{0, 1, 0};
inline constexpr Uses perPair{0, 0, 1};

/// Lists the tensors of a model in the order in which they lie in memory. What grows decides each tensor's
/// role.
class ParameterLayout {
public:
    /// `name.weight` [out, in] and, with `bias`, `name.bias` [out].
    void linear(const std::string& name, Dimension in, Dimension out, Uses uses, bool bias = true);
    /// A linear layer of which the first `zeroRows` outputs start at zero.
    void linearWithZeroRows(const std::string& name, Dimension in, Dimension out, Uses uses,
                            std::int64_t zeroRows);
    /// A linear layer that starts at zero altogether where `zero` says so.
    void readout(const std::string& name, Dimension in, Dimension out, Uses uses, bool zero,
                 bool bias = true);
    /// `name.gain` and `name.bias` of a layer norm.
    void norm(const std::string& name, Dimension size);
    /// A token `name` [size] that is learnt, and that starts close to zero.
    void token(const std::string& name, Dimension size, double deviation);
    /// Linear layers `name.0`, `name.1`, … and `name.logits`, none of which grows. Their biases start like
    /// their weights, not at zero: behind a readout of zeros, ReLU would have no slope and nothing would ever
    /// learn.
    /// The first layer acts on `parts`, each of `width` inputs, and each used in its own way.
    void head(const std::string& name, std::int64_t width, const std::vector<Uses>& parts,
              const std::vector<std::int64_t>& hidden, std::int64_t outputs, Uses uses);

    std::vector<ParameterSpec> take() { return std::move(m_parameters); }

private:
    ParameterSpec& weight(const std::string& name, Dimension in, Dimension out, Uses uses);
    void vector(const std::string& name, Dimension size, Fill fill, std::int64_t fanIn = 1);

    std::vector<ParameterSpec> m_parameters;
};

/// The number of values in all tensors.
std::int64_t parameterCount(const std::vector<ParameterSpec>& parameters);

} // namespace widthwise::trainer
