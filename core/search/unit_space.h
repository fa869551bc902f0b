// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/space/search_space.h"

#include <cstddef>
#include <span>
#include <vector>

namespace widthwise {

/// A search space as a unit cube: one coordinate in [0, 1] for each parameter that varies, on the parameter's
/// own scale (see positionOf). What does not exist in a configuration, by its condition, is NaN.
class UnitSpace {
public:
    struct Dimension {
        std::size_t parameter = 0; ///< its index in the space
        std::size_t choices = 0;   ///< how many values without an order it has; 0: it is a range
        double grain = 0;          ///< the largest share of one value of a range; 0: real numbers
        std::size_t group = 0;     ///< dimensions of one group exist together
    };

    explicit UnitSpace(SearchSpace space);

    const SearchSpace& space() const { return m_space; }
    const std::vector<Dimension>& dimensions() const { return m_dimensions; }
    std::size_t groups() const { return m_groups; }

    std::vector<double> encode(const Configuration& configuration) const;
    /// The configuration whose values lie at `point`; conditions decide what exists.
    Configuration decode(std::span<const double> point) const;

private:
    SearchSpace m_space;
    std::vector<Dimension> m_dimensions;
    std::size_t m_groups = 0;
};

} // namespace widthwise
