// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/layer_statistics.h"
#include "core/trainer/torch_compat.h"

#include <vector>

namespace widthwise::trainer {

/// Where the layers of a model show what they put out. While it is closed that costs them one branch.
class Tap {
public:
    /// Everything shown from now on is measured and added to `target`; null closes the tap.
    void flowInto(std::vector<LayerStatistics>* target) { m_target = target; }
    bool isOpen() const { return m_target != nullptr; }

    /// `x` [tokens, features] or [values] of the layer `name`; only while the tap is open.
    void measure(const std::string& name, const at::Tensor& x);

private:
    std::vector<LayerStatistics>* m_target = nullptr;
};

} // namespace widthwise::trainer
