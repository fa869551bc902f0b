// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/engine/network.h"
#include "core/trainer/engine/optimizer.h"

#include <memory>
#include <span>

namespace widthwise::trainer {

/// Moves a network's values where they are: Optimizer's loops in memory, LibTorch's operations on a device.
template <typename Real>
class Updater {
public:
    virtual ~Updater() = default;

    /// Update number `step` = 0, 1, 2, … with the schedule's `rate`, of a gradient that is shortened to the
    /// norm `clip` where it is longer; 0: as it is. The norm is the same in both forms of μP (see
    /// Scaling::gradientNorm). Fills `norms` as Optimizer does.
    virtual void update(std::int64_t step, double rate, double beta1, double clip,
                        std::span<UpdateNorms> norms = {}) = 0;

    /// The optimizer's state; see Optimizer.
    virtual std::span<Real> first() = 0;
    virtual std::span<Real> second() = 0;
};

/// Of `network`, which outlives it, on the network's backend.
template <typename Real>
std::unique_ptr<Updater<Real>> makeUpdater(const OptimizerSettings& settings, Network<Real>& network);

extern template std::unique_ptr<Updater<float>> makeUpdater(const OptimizerSettings&, Network<float>&);
extern template std::unique_ptr<Updater<double>> makeUpdater(const OptimizerSettings&, Network<double>&);

} // namespace widthwise::trainer
