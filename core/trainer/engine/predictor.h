// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/engine/batch.h"

#include <variant>
#include <vector>

namespace widthwise::trainer {

using Values = std::variant<std::vector<float>, std::vector<double>>;

/// A network in either precision, for who only asks what it puts out.
class Predictor {
public:
    virtual ~Predictor() = default;
    /// Everything that the model puts out of a batch, as its Model::outputs says.
    virtual std::vector<Values> outputs(const Batch& batch) = 0;
};

} // namespace widthwise::trainer
