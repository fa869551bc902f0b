// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/series.h"
#include "ui/plot/curve_trace.h"

#include <QColor>
#include <QImage>
#include <QPointF>

#include <limits>
#include <map>
#include <optional>
#include <vector>

namespace widthwise::ui {

struct CurveStyle {
    QRgb color = 0xff808080; ///< opaque
    bool dashed = false;
    int layer = 0; ///< greater ones lie on top
    bool visible = true;
    bool operator==(const CurveStyle&) const = default;
};

/// A point of a curve that is near some place of the plot.
struct CurveHit {
    int key = 0;
    std::int64_t step = 0;
    double value = 0;
    QPointF position;                   ///< in device pixels of the view, from its top left
    std::vector<ColumnSpan> spans = {}; ///< what the whole curve covers
};

/// A curve that stands out.
struct CurveMark {
    int key = 0;
    std::optional<QRgb> color = {}; ///< without one, the curve's own
    std::optional<QRgb> halo = {};  ///< on both sides of it
};

/// The place of the last finite value before a curve stops being finite.
struct CurveBreak {
    int key = 0;
    QPointF position;
};

/// Where data lie.
struct DataRange {
    double xLow = 0, xHigh = 1;
    double yLow = 0, yHigh = 1;           ///< of all finite values
    double yPositive = 1;                 ///< the smallest value above 0
    double yUsualLow = 0, yUsualHigh = 1; ///< without rare outliers far from the rest
};

/// Many long curves as one image: per pixel column, each curve is a vertical span. Drawing costs columns
/// times curves, not points; points that were appended at the right cost only their own columns.
class CurveRaster {
public:
    void append(int key, bool restarted, const Points& points);
    void clear();
    void setStyles(std::map<int, CurveStyle> styles);
    void setView(const PlotView& view);
    const PlotView& view() const { return m_view; }

    /// The curves on a transparent ground, up to date. Null where the view is empty.
    const QImage& image();
    /// Some curves alone, the last on top, with a pen so many times as wide.
    QImage highlight(const std::vector<CurveMark>& marks, double penFactor);

    /// The visible curve nearest to a place, at most `reach` device pixels away.
    std::optional<CurveHit> nearest(const QPointF& place, double reach) const;
    std::vector<CurveBreak> breaks() const;
    /// Whether a visible curve has points, be they finite or not.
    bool hasPoints() const;
    /// Empty where there are no finite points.
    std::optional<DataRange> range() const;

private:
    struct Curve {
        int key = 0;
        SeriesPyramid series;
        CurveTrace trace;
        CurveStyle style;
        std::size_t traced = 0;        ///< points that the trace has taken in
        std::vector<std::size_t> lone; ///< finite points that no line leads to: discs
        double lowestPositive = std::numeric_limits<double>::infinity();
    };

    void redraw();
    void drawNewPoints();
    void note(Curve& curve, const std::vector<double>& values);
    std::vector<QPointF> lonePlaces(const Curve& curve, std::size_t first = 0) const;
    CurveHit hitOn(const Curve& curve, const QPointF& place) const;

    std::map<int, Curve> m_curves;
    std::map<int, CurveStyle> m_styles;
    std::vector<Curve*> m_order; ///< visible ones, from the lowest layer
    PlotView m_view;
    ColumnGrid m_columns;
    QImage m_image;
    bool m_retrace = true; ///< the view changed
    bool m_repaint = true; ///< order or colours changed
};

} // namespace widthwise::ui
