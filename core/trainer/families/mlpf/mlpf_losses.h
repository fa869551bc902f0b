// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/families/mlpf/flow_batch.h"
#include "core/trainer/families/mlpf/mlpf_model.h"

#include <array>
#include <string_view>

namespace widthwise::trainer {

inline constexpr std::size_t mlpfTermCount = 7;
/// As particleflow calls them.
inline constexpr std::array<std::string_view, mlpfTermCount> mlpfTermNames{
    "Classification_binary", "Classification",     "Regression_pt",    "Regression_eta",
    "Regression_sin_phi",    "Regression_cos_phi", "Regression_energy"};
using MlpfLossWeights = std::array<double, mlpfTermCount>;
inline constexpr MlpfLossWeights mlpfLossWeights{10, 1, 1, 0.01, 0.01, 0.01, 1};

/// One part of the loss: weight · sum / count. Sums and counts of slices of a batch add up.
struct MlpfLossTerm {
    std::string_view name;
    at::Tensor sum;
    double weight = 1;
    double count = 1; ///< all elements for the two classifications, else those on which a particle lives

    double mean() const { return sum.item<double>() / count; }
};
using MlpfLossTerms = std::array<MlpfLossTerm, mlpfTermCount>;

/// Cross-entropy of whether a particle lives on an element; the focal loss (γ = 2) of which, over elements
/// where one does; squared errors of its momentum, those of pt and E times √pt (mlpf/model/losses.py).
MlpfLossTerms mlpfLossTerms(const MlpfOutput& output, const FlowBatch& batch, const MlpfLossWeights& weights);

/// Σ weight·sum/count; of a slice, its part of the whole batch's.
at::Tensor mlpfLoss(const MlpfLossTerms& terms, const FlowBatch& batch);

} // namespace widthwise::trainer
