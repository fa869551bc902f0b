// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/algorithm.h"
#include "core/search/cma_search.h"
#include "core/search/gaussian_search.h"
#include "core/search/tree_parzen_search.h"

#include <cstdint>
#include <optional>

namespace widthwise {

/// The default. The first trial is the middle of the space, where nothing is known yet; then a Gaussian
/// process leads, which learns most from few trials. What it found is where CMA-ES sets out from, which needs
/// more of them but is not misled by plateaus and bends. A configuration that a trial has already is drawn
/// anew. Where there are choices or conditions, which CMA-ES does not know, TPE takes its place.
class AutoSearch final : public SearchAlgorithm {
public:
    AutoSearch(SearchSpace space, Direction direction, std::uint64_t seed);

    Proposal propose(const History& history) override;

private:
    Configuration choose(const History& history);

    UnitSpace m_space;
    GaussianSearch m_gaussian;
    TreeParzenSearch m_parzen;
    std::uint64_t m_seed;
    std::optional<CmaSearch> m_evolution; ///< empty where it does not know the space
};

} // namespace widthwise
