// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plot/curve_trace.h"

#include <algorithm>
#include <optional>

namespace widthwise::ui {

namespace {

struct PixelPoint {
    double x;
    double y; ///< from the top
};

/// Far outside of any view, but harmless in arithmetic and conversions.
constexpr double farAway = 1e6;

} // namespace

ColumnGrid::ColumnGrid(const PlotAxis& axis) : m_axis(axis), m_edges(std::size_t(axis.length) + 1)
{
    for (std::size_t column = 0; column < m_edges.size(); ++column)
        m_edges[column] = std::ceil(axis.toValue(double(column)) - 1e-9);
}

int ColumnGrid::columnOf(double step) const
{
    const int last = columns();
    if (!(step >= m_edges.front()))
        return -1;
    if (step >= m_edges.back())
        return last;
    int column = std::clamp(int(m_axis.toPixel(step)), 0, last - 1);
    while (step < m_edges[std::size_t(column)])
        --column;
    while (step >= m_edges[std::size_t(column) + 1])
        ++column;
    return column;
}

class CurveTrace::Tracer {
public:
    Tracer(const SeriesPyramid& series, const PlotView& view, const ColumnGrid& columns,
           std::vector<ColumnSpan>& spans)
        : m_series(series), m_view(view), m_columns(columns), m_spans(spans), m_steps(series.steps()),
          m_values(series.values()),
          m_yScale(view.y.logarithmic ? view.y.length / std::log2(view.y.high / view.y.low)
                                      : view.y.length / (view.y.high - view.y.low)),
          m_yOffset(view.y.logarithmic ? std::log2(view.y.low) : view.y.low)
    {
    }

    /// Traces the points from index `first` on, connected with the one before it.
    void run(std::size_t first)
    {
        if (first > 0)
            moveTo(first - 1);
        std::size_t usual = 1;
        for (std::size_t i = first; i < m_steps.size();) {
            const int column = m_columns.columnOf(m_steps[i]);
            if (column >= m_columns.columns()) {
                lineTo(i); // leads out of the view
                return;
            }
            const std::size_t end = endOfColumn(i, m_columns.edge(column + 1), usual);
            usual = end - i;
            takeColumn(column, i, end);
            i = end;
        }
    }

private:
    double toY(double value) const
    {
        if (m_view.y.logarithmic)
            value = value > 0 ? std::log2(value) : -HUGE_VAL;
        return std::clamp(m_view.y.length - (value - m_yOffset) * m_yScale, -farAway, farAway);
    }

    PixelPoint at(std::size_t i) const
    {
        return {std::clamp(m_view.x.toPixel(m_steps[i]), -farAway, farAway), toY(m_values[i])};
    }

    std::size_t endOfColumn(std::size_t i, double edge, std::size_t usual) const
    {
        constexpr std::size_t near = 8;
        const std::size_t size = m_steps.size();
        std::size_t end = std::min(i + usual, size);
        if (m_steps[end - 1] >= edge) {
            const auto found = std::lower_bound(m_steps.begin() + std::ptrdiff_t(i),
                                                m_steps.begin() + std::ptrdiff_t(end), edge);
            return std::size_t(found - m_steps.begin());
        }
        for (const std::size_t limit = std::min(end + near, size); end < limit; ++end)
            if (m_steps[end] >= edge)
                return end;
        return std::size_t(std::lower_bound(m_steps.begin() + std::ptrdiff_t(end), m_steps.end(), edge) -
                           m_steps.begin());
    }

    void takeColumn(int column, std::size_t first, std::size_t last)
    {
        const Extent extent = m_series.extent(first, last);
        if (extent.nonFinite || column < 0 || last - first < 3) {
            for (std::size_t i = column < 0 ? last - 1 : first; i < last; ++i)
                lineTo(i);
            return;
        }
        lineTo(first);
        widen(column, toY(extent.maximum));
        widen(column, toY(extent.minimum));
        moveTo(last - 1);
    }

    void moveTo(std::size_t i)
    {
        if (std::isfinite(m_values[i]))
            m_pen = at(i);
        else
            m_pen.reset();
    }

    void lineTo(std::size_t i)
    {
        const std::optional<PixelPoint> from = m_pen;
        moveTo(i);
        if (!m_pen)
            return;
        if (from)
            line(*from, *m_pen);
        else
            widen(int(std::floor(m_pen->x)), m_pen->y);
    }

    void line(const PixelPoint& from, const PixelPoint& to)
    {
        const int first = std::max(0, int(std::floor(from.x)));
        const int last = std::min(m_columns.columns() - 1, int(std::floor(to.x)));
        const double slope = to.x > from.x ? (to.y - from.y) / (to.x - from.x) : 0;
        for (int column = first; column <= last; ++column) {
            const double left = std::max<double>(column, from.x);
            const double right = std::min<double>(column + 1, to.x);
            widen(column, from.y + (left - from.x) * slope);
            widen(column, to.x > from.x ? from.y + (right - from.x) * slope : to.y);
        }
    }

    void widen(int column, double y)
    {
        if (column < 0 || column >= m_columns.columns())
            return;
        ColumnSpan& span = m_spans[std::size_t(column)];
        const auto place = float(y);
        if (span.empty()) {
            span = {place, place};
        } else {
            span.top = std::min(span.top, place);
            span.bottom = std::max(span.bottom, place);
        }
    }

    const SeriesPyramid& m_series;
    const PlotView& m_view;
    const ColumnGrid& m_columns;
    std::vector<ColumnSpan>& m_spans;
    std::span<const std::int64_t> m_steps;
    std::span<const double> m_values;
    double m_yScale;
    double m_yOffset;
    std::optional<PixelPoint> m_pen;
};

void CurveTrace::rebuild(const SeriesPyramid& series, const PlotView& view, const ColumnGrid& columns)
{
    m_spans.assign(std::size_t(columns.columns()), {});
    const auto steps = series.steps();
    const auto visible = std::lower_bound(steps.begin(), steps.end(), columns.edge(0));
    Tracer(series, view, columns, m_spans).run(std::size_t(visible - steps.begin()));
}

int CurveTrace::extend(const SeriesPyramid& series, const PlotView& view, const ColumnGrid& columns,
                       std::size_t first)
{
    const auto steps = series.steps();
    const int last = columns.columns();
    if (first == 0 || first >= steps.size()) {
        rebuild(series, view, columns);
        return 0;
    }
    // The column that the series ended in is traced again: its extent may have grown.
    const int column = columns.columnOf(steps[first - 1]);
    if (column >= last)
        return last;
    if (column < 0) {
        rebuild(series, view, columns);
        return 0;
    }
    const auto begin =
        std::lower_bound(steps.begin(), steps.begin() + std::ptrdiff_t(first), columns.edge(column));
    std::fill(m_spans.begin() + column, m_spans.end(), ColumnSpan{});
    Tracer(series, view, columns, m_spans).run(std::size_t(begin - steps.begin()));
    return column;
}

} // namespace widthwise::ui
