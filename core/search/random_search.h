// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/algorithm.h"

namespace widthwise {

/// Independent uniform draws on each parameter's own scale. Trial n of a seed is the same whatever was asked
/// before, and a parameter's draws stay when a parameter is added after it.
class RandomSearch final : public SearchAlgorithm {
public:
    RandomSearch(SearchSpace space, std::uint64_t seed) : m_space(std::move(space)), m_seed(seed) {}

    Proposal propose(const History& history) override;
    bool learns() const override { return false; }

private:
    SearchSpace m_space;
    std::uint64_t m_seed;
};

} // namespace widthwise
