// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/models/parametrization.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace widthwise::trainer {

/// A stretch of the flat buffers with multipliers of its own: one tensor of the model.
struct Segment {
    std::size_t begin = 0;
    std::size_t end = 0;
    Role role = Role::Fixed;
    Scaling scaling;
    std::string name = {};
};

struct OptimizerSettings {
    OptimizerKind kind = OptimizerKind::Adam;
    double momentum = 0;
    double beta1 = 0.9;
    double beta2 = 0.999;
    double epsilon = 1e-8;
    double weightDecay = 0;
};

/// The l2 norms of one segment in one update.
struct UpdateNorms {
    double gradient = 0; ///< before it is scaled
    double update = 0;   ///< of the values after less those before, as they are stored
};

/// SGD with momentum, Adam, and AdamW over one flat buffer of all parameters, in PyTorch's definitions. Each
/// segment moves at multiplier · rate, whatever the schedule does. `first` and `second` are all its state.
template <typename Real>
class Optimizer {
public:
    Optimizer(const OptimizerSettings& settings, std::vector<Segment> segments, std::size_t size);

    /// Update number `step` = 0, 1, 2, … with the schedule's `rate`; `gradientScale` multiplies the gradient.
    /// Fills `norms`, one for each segment, unless there are none; the values become the same, bit for bit.
    void update(std::int64_t step, double rate, double beta1, double gradientScale, std::span<Real> values,
                std::span<const Real> gradient, std::span<UpdateNorms> norms = {});

    std::span<Real> first() { return m_first; }
    std::span<Real> second() { return m_second; }

private:
    OptimizerSettings m_settings;
    std::vector<Segment> m_segments;
    std::vector<Real> m_first;  ///< momentum, or Adam's average of the gradient
    std::vector<Real> m_second; ///< Adam's average of its square; empty for SGD
};

extern template class Optimizer<float>;
extern template class Optimizer<double>;

} // namespace widthwise::trainer
