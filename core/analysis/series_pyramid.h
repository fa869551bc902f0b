// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace widthwise {

/// Smallest and greatest finite value of a run of points, and whether a non-finite one is among them.
/// Minimum > maximum where the run holds no finite value.
struct Extent {
    double minimum = std::numeric_limits<double>::infinity();
    double maximum = -std::numeric_limits<double>::infinity();
    bool nonFinite = false;
    bool operator==(const Extent&) const = default;
};

/// A growing series with its extents over blocks of 4, 16, 64, … points, so that a plot of any width reads a
/// few extents per pixel column however long the series is. Appending a point costs O(1) amortised.
class SeriesPyramid {
public:
    void append(std::int64_t step, double value);
    /// Columns of equal length.
    void append(std::span<const std::int64_t> steps, std::span<const double> values);
    void clear();

    std::size_t size() const { return m_steps.size(); }
    std::span<const std::int64_t> steps() const { return m_steps; }
    std::span<const double> values() const { return m_values; }

    /// The exact extent of points [first, last), last ≤ size(), in O(log(last - first)).
    Extent extent(std::size_t first, std::size_t last) const;

private:
    void completeBlocks(std::size_t oldSize);

    std::vector<std::int64_t> m_steps;
    std::vector<double> m_values;
    std::vector<std::vector<Extent>> m_levels; ///< full blocks only; level 0 has blocks of 4 points
};

} // namespace widthwise
