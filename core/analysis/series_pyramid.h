// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace widthwise {

/// Smallest and greatest finite value of a run of points, and whether a non-finite one is among them.
struct Extent {
    float minimum;
    float maximum;
    bool nonFinite;
};

/// A growing series with its extents at resolutions 4, 16, 64, … points, so that a plot of any width reads a few
/// extents per pixel column however long the series is. Appending a point costs O(1) amortised.
class SeriesPyramid {
public:
    void append(std::uint32_t step, double value);
    void append(std::span<const std::uint32_t> steps, std::span<const double> values);
    void clear();

    std::size_t size() const { return m_steps.size(); }
    std::span<const std::uint32_t> steps() const { return m_steps; }
    std::span<const double> values() const { return m_values; }

    /// The extent of points [first, last). Minimum > maximum where all of them are non-finite or there are none.
    Extent extent(std::size_t first, std::size_t last) const;

private:
    std::vector<std::uint32_t> m_steps;
    std::vector<double> m_values;
    std::vector<std::vector<Extent>> m_levels;
};

} // namespace widthwise
