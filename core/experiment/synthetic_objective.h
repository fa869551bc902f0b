// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/simulation.h"

#include <cstdint>

namespace widthwise {

/// A made-up objective over a search space, of which smaller is better: a bowl round a point that the seed
/// chooses, some parameters steeper than others, approached by each trial as a power of the steps. 0 is the
/// best there is at the end of a run.
class SyntheticObjective {
public:
    /// `diverging`: the share of each trial's first number above which trials diverge, counted from the top.
    SyntheticObjective(SearchSpace space, std::int64_t length, double diverging, std::uint64_t seed);

    /// Empty where the trial diverges.
    std::optional<double> operator()(const Configuration& configuration, std::int64_t step,
                                     std::uint64_t noise) const;

private:
    struct Axis {
        Parameter parameter;
        double best;
        double weight;
    };
    std::vector<Axis> m_axes;
    std::int64_t m_length;
    double m_diverging;
};

} // namespace widthwise
