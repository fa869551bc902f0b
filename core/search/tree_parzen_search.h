// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/algorithm.h"
#include "core/search/encoded_history.h"
#include "core/search/sobol_search.h"
#include "core/search/unit_space.h"

#include <cstdint>

namespace widthwise {

/// Tree-structured Parzen estimator (Bergstra et al., NeurIPS 2011), multivariate, with one density for each
/// group of parameters that exist together. Trials that failed count among the worst, and trials that have
/// not ended too, so that parallel proposals keep apart (constant liar); what is likely to fail, by the same
/// kind of densities, is worth as much less. The first trials are Sobol's.
class TreeParzenSearch final : public SearchAlgorithm {
public:
    TreeParzenSearch(SearchSpace space, Direction direction, std::uint64_t seed);

    Proposal propose(const History& history) override;

private:
    struct Observations {
        std::vector<std::size_t> good; ///< places of lessons
        std::vector<std::size_t> bad;
        std::vector<std::size_t> failed;
        std::vector<std::size_t> sound; ///< that ended with a value
        double failureOdds = 0;
    };
    class Densities;
    Observations split(const History& history);
    std::vector<double> best(const Observations& observations, std::uint64_t trial) const;

    UnitSpace m_space;
    SobolSearch m_start;
    double m_sign; ///< values are multiplied by it, so that smaller is better
    std::uint64_t m_seed;
    EncodedHistory m_encoded;
};

} // namespace widthwise
