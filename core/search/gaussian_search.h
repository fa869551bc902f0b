// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/algorithm.h"
#include "core/search/encoded_history.h"
#include "core/search/sobol_search.h"
#include "core/search/unit_space.h"

#include <cstdint>

namespace widthwise {

/// Bayesian optimisation: where a Gaussian process expects the largest improvement, times how likely a second
/// one thinks it that the trial does not fail. Trials that failed count as the worst value seen; those that
/// have not ended count with what the process expects of them. The first trials are Sobol's. Of many trials
/// the better ones and a sample of the others count, so that a proposal's cost has a bound.
class GaussianSearch final : public SearchAlgorithm {
public:
    GaussianSearch(SearchSpace space, Direction direction, std::uint64_t seed);

    Proposal propose(const History& history) override;
    /// So many have to be known before it learns from them.
    std::size_t startTrials() const;

private:
    UnitSpace m_space;
    SobolSearch m_start;
    double m_sign; ///< values are multiplied by it, so that smaller is better
    std::uint64_t m_seed;
    EncodedHistory m_encoded;
};

} // namespace widthwise
