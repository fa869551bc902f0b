// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/feed/store_client.h"
#include "ui/plot/curve_raster.h"

#include <QObject>

#include <memory>

namespace widthwise::ui {

/// How many times as wide marked curves are.
inline constexpr double markedPen = 2.5;

/// One picture of the curves, made for `view`.
struct CurvePicture {
    PlotView view;
    QImage curves;
    QImage marked; ///< the curves that stand out; null where there are none
    std::vector<CurveBreak> breaks;
    std::optional<DataRange> range;
    bool reported = false; ///< visible curves have points, finite or not
    int generation = 0;    ///< how often the curves were replaced by others
};

/// Runs a CurveRaster in whatever thread it was moved to. Whatever is asked for before it comes to draw is
/// done in one go.
class CurveRenderer : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    void append(const SeriesUpdatePtr& update);
    void setStyles(const std::map<int, CurveStyle>& styles);
    void setView(const PlotView& view);
    /// Takes in points, but draws nothing until it is woken: nobody looks.
    void setIdle(bool idle);
    /// These are drawn once more, wider, above all others.
    void setMarked(const std::vector<CurveMark>& marks);
    /// Answered by `hit`.
    void lookFor(const QPointF& place, double reach);

Q_SIGNALS:
    void drawn(const widthwise::ui::CurvePicture& picture);
    /// Key -1 where no curve is near.
    void hit(const widthwise::ui::CurveHit& hit);

private:
    void schedule();
    void draw();

    CurveRaster m_raster;
    std::vector<CurveMark> m_marked;
    int m_generation = 0;
    bool m_scheduled = false;
    bool m_idle = true;
};

} // namespace widthwise::ui
