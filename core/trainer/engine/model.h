// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/compute/backend.h"
#include "core/trainer/engine/batch.h"
#include "core/trainer/engine/layers.h"
#include "core/trainer/engine/loss_terms.h"

#include <span>
#include <vector>

namespace widthwise::trainer {

/// What a term of the loss comes to, where it was computed.
struct TermLoss {
    at::Tensor value;   ///< TermResult::sum, over `size`
    at::Tensor correct; ///< undefined where the term knows no such thing
    double size = 1;
};

/// A family's network over its parameters.
class Model {
public:
    virtual ~Model() = default;

    /// What each term is divided by, in double precision: those of slices add up to that of their batch.
    virtual std::vector<double> divisors(const Batch& batch) const = 0;
    /// One loss per term of the family. Fills `results`, one for each, with divisor and count.
    virtual std::vector<TermLoss> losses(const Batch& batch, std::span<TermResult> results) const = 0;
    /// What is evaluated: tensors in an order that the family knows.
    virtual std::vector<at::Tensor> outputs(const Batch& batch) const = 0;
};

/// Of what and where a model is made.
struct ModelContext {
    const ParameterMap& parameters;
    Backend backend;
    at::TensorOptions options; ///< of the parameters: precision and device
};

} // namespace widthwise::trainer
