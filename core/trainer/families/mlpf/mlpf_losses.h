// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/families/events/flow_batch.h"
#include "core/trainer/families/mlpf/mlpf_model.h"

#include <array>
#include <string_view>

namespace widthwise::trainer {

inline constexpr std::size_t mlpfTermCount = 7;
/// As particleflow calls them.
inline constexpr std::array<std::string_view, mlpfTermCount> mlpfTermNames{
    "Classification_binary", "Classification",     "Regression_pt",    "Regression_eta",
    "Regression_sin_phi",    "Regression_cos_phi", "Regression_energy"};

/// What a batch's elements are to say, where it is computed.
struct MlpfTargets {
    at::Tensor classes; ///< [elements]
    at::Tensor exists;  ///< [elements]: whether a particle lives there
    at::Tensor momenta; ///< [elements, 5]
    at::Tensor weights; ///< [elements]: √pt of the particle
};
MlpfTargets mlpfTargets(const FlowBatch& batch, const at::TensorOptions& options);

/// The sum of each term: cross-entropy of whether a particle lives on an element; the focal loss (γ = 2) of
/// which, over elements where one does; squared errors of its momentum, those of pt and E times √pt
/// (mlpf/model/losses.py).
std::array<at::Tensor, mlpfTermCount> mlpfLossSums(const MlpfOutput& output, const MlpfTargets& targets);

/// What it is divided by: all elements for the two classifications, else those on which a particle lives.
/// Those of slices add up to those of their batch.
std::array<double, mlpfTermCount> mlpfDivisors(const FlowBatch& batch);

} // namespace widthwise::trainer
