// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/compute/torch_compat.h"
#include "core/trainer/engine/layer_statistics.h"

#include <vector>

namespace widthwise::trainer {

/// Where the layers of a model show what they put out. While it is closed that costs them one branch.
class Tap {
public:
    /// Everything shown from now on is measured and added to `target`; null closes the tap.
    void flowInto(std::vector<LayerStatistics>* target) { m_target = target; }
    bool isOpen() const { return m_target != nullptr; }

    /// `x` [rows, features] of the layer `name`; only while the tap is open.
    void measure(const std::string& name, const at::Tensor& x);
    /// scale · query·key of the operands of raggedAttention, for a sample of the jets.
    void measureLogits(const std::string& name, const at::Tensor& qkv, const at::Tensor& offsets,
                       std::int64_t heads, double scale);
    /// What raggedPairs makes of its operands, before the activation, for a sample of the jets.
    void measurePairs(const std::string& name, const at::Tensor& first, const at::Tensor& second,
                      const at::Tensor& jet, const at::Tensor& offsets);

private:
    template <typename Real>
    void add(const std::string& name, const Real* values, std::int64_t rows, std::int64_t columns);

    std::vector<LayerStatistics>* m_target = nullptr;
};

} // namespace widthwise::trainer
