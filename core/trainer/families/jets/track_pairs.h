// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/families/jets/jet_sample.h"

#include <vector>

namespace widthwise::trainer {

/// What vertexing wants of the ordered pairs of different tracks of each jet, in the order of
/// ModelOutput::vertex.
template <typename Real>
struct PairTargets {
    std::vector<Real> matches; ///< [pairs]: 1 where both tracks come from the same known vertex, else 0
    std::vector<Real> weights; ///< [pairs], of salt's loss (VertexingTask in salt/models/task.py)
};

/// With h = 1 for a track of a b or c hadron (FromB, FromBC, FromC), −1 for a fake and 0 for any other, a
/// pair has the weight 1 + (h & h'), bit by bit of whole numbers in two's complement: heavy–heavy and
/// heavy–fake weigh 2, fake–fake 0, all others 1. Needs the batch's origins and vertices.
template <typename Real>
PairTargets<Real> pairTargets(const JetBatch& batch);

/// How many of the pairs match, which salt's loss is divided by; 0 for a batch without vertices.
double matchCount(const JetBatch& batch);

extern template PairTargets<float> pairTargets(const JetBatch&);
extern template PairTargets<double> pairTargets(const JetBatch&);

} // namespace widthwise::trainer
