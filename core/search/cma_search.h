// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/algorithm.h"
#include "core/search/encoded_history.h"
#include "core/search/unit_space.h"

#include <cstdint>

namespace widthwise {

class CmaDistribution;

/// Covariance matrix adaptation with margin, in the unit cube, from its centre with a deviation of 1/6, or,
/// where there are prior trials, from the best of them, as wide as the ten best lie apart.
/// Trials whose numbers follow each other are a generation; it counts with those that have ended, once these
/// are at least half of it. Until then workers get more of the last distribution. A distribution that has
/// shrunk to nothing starts anew elsewhere with twice the generation.
class CmaSearch final : public SearchAlgorithm {
public:
    /// The space's parameters are ranges without conditions.
    CmaSearch(SearchSpace space, Direction direction, std::uint64_t seed);

    Proposal propose(const History& history) override;
    /// The same where the trials before `first` came from elsewhere, as prior ones do.
    Configuration proposeFrom(const History& history, std::size_t first);

private:
    CmaDistribution startFrom(const History& history, std::size_t first) const;
    CmaDistribution learnedFrom(CmaDistribution now, const History& history, std::size_t first) const;
    Configuration sampled(const CmaDistribution& now, std::uint64_t trial) const;

    UnitSpace m_space;
    double m_sign; ///< values are multiplied by it, so that smaller is better
    std::uint64_t m_seed;
    EncodedHistory m_encoded;
};

} // namespace widthwise
