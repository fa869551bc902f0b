// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/analysis/series_pyramid.h"
#include "ui/plot/plot_view.h"

#include <vector>

namespace widthwise::ui {

/// What a curve covers of one pixel column, in pixels from the top; empty where top > bottom.
struct ColumnSpan {
    float top = 1;
    float bottom = 0;
    bool empty() const { return top > bottom; }
};

/// Which steps fall into which pixel column of a view; shared by all curves in it.
class ColumnGrid {
public:
    ColumnGrid() = default;
    explicit ColumnGrid(const PlotAxis& axis);

    /// The first step at or beyond the left edge of `column`.
    double edge(int column) const { return m_edges[std::size_t(column)]; }
    int columns() const { return int(m_edges.size()) - 1; }
    /// -1 left of the view, columns() right of it.
    int columnOf(double step) const;

private:
    PlotAxis m_axis;
    std::vector<double> m_edges;
};

/// The columns of one curve in a view: its points and the straight lines between them, broken at values that
/// are not finite. Cost: a few extents per column, however many points there are.
class CurveTrace {
public:
    /// Anew, for another view.
    void rebuild(const SeriesPyramid& series, const PlotView& view, const ColumnGrid& columns);
    /// Takes in the points from index `first` on; returns the first column that changed.
    int extend(const SeriesPyramid& series, const PlotView& view, const ColumnGrid& columns,
               std::size_t first);

    const std::vector<ColumnSpan>& spans() const { return m_spans; }

private:
    class Tracer;
    std::vector<ColumnSpan> m_spans;
};

} // namespace widthwise::ui
