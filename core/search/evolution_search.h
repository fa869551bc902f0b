// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/algorithm.h"
#include "core/search/sobol_search.h"
#include "core/search/unit_space.h"

#include <cstdint>

namespace widthwise {

/// Regularised evolution (Real et al., AAAI 2019): of the `population` latest trials that have ended, the
/// best of `sample` drawn ones is mutated in one parameter. Age removes a trial, and nothing else does, so
/// that one lucky value does not stay for ever. The first trials are Sobol's; one that failed is no parent.
class EvolutionSearch final : public SearchAlgorithm {
public:
    EvolutionSearch(SearchSpace space, Direction direction, std::uint64_t seed, std::size_t population,
                    std::size_t sample);

    Proposal propose(const History& history) override;

private:
    std::vector<double> mutated(std::vector<double> point, std::uint64_t trial) const;

    UnitSpace m_space;
    SobolSearch m_start;
    double m_sign; ///< values are multiplied by it, so that smaller is better
    std::uint64_t m_seed;
    std::size_t m_population;
    std::size_t m_sample;
};

} // namespace widthwise
