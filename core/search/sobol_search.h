// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/algorithm.h"
#include "core/search/unit_space.h"

#include <cstdint>

namespace widthwise {

/// Points that cover the space evenly: Sobol's sequence with the direction numbers of Joe and Kuo (SIAM J.
/// Sci. Comput. 30, 2635 (2008); from Boost), its digits scrambled as by Owen through hashing (Burley, JCGT
/// 9(4), 2020).
class SobolSearch final : public SearchAlgorithm {
public:
    SobolSearch(SearchSpace space, std::uint64_t seed) : m_space(std::move(space)), m_seed(seed) {}

    Proposal propose(const History& history) override;
    bool learns() const override { return false; }

private:
    UnitSpace m_space;
    std::uint64_t m_seed;
};

/// `count` points of the scrambled sequence in [0, 1)^dimensions, from index `first` on.
std::vector<std::vector<double>> sobolPoints(std::size_t dimensions, std::uint64_t first, std::size_t count,
                                             std::uint64_t seed);
/// The one with this index.
std::vector<double> sobolPoint(std::size_t dimensions, std::uint64_t index, std::uint64_t seed);

} // namespace widthwise
