// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/algorithm.h"

#include <vector>

namespace widthwise {

/// `chosen` as a whole configuration of `space`: in the order of the space, with its fixed values, and with
/// whole numbers as real ones where the parameter is real. Throws std::invalid_argument naming the parameter
/// that `chosen` lacks, has too much, or has outside its domain.
Configuration completed(const SearchSpace& space, const Configuration& chosen);

/// Configurations that somebody has chosen, in their order.
class ListSearch final : public SearchAlgorithm {
public:
    /// Throws std::invalid_argument where the list is empty or one of them is not of the space.
    ListSearch(const SearchSpace& space, const std::vector<Configuration>& configurations);

    Proposal propose(const History& history) override;
    bool learns() const override { return false; }

private:
    std::vector<Configuration> m_configurations;
};

} // namespace widthwise
