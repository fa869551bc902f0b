// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plot/curve_renderer.h"

namespace widthwise::ui {

void CurveRenderer::append(const SeriesUpdatePtr& update)
{
    if (update->complete) {
        m_raster.clear();
        ++m_generation;
    }
    for (const CurvePoints& curve : update->curves)
        m_raster.append(curve.key, curve.restarted, curve.points);
    schedule();
}

void CurveRenderer::setStyles(const std::map<int, CurveStyle>& styles)
{
    m_raster.setStyles(styles);
    schedule();
}

void CurveRenderer::setView(const PlotView& view)
{
    m_raster.setView(view);
    schedule();
}

void CurveRenderer::setMarked(const std::vector<CurveMark>& marks)
{
    m_marked = marks;
    schedule();
}

void CurveRenderer::lookFor(const QPointF& place, double reach)
{
    Q_EMIT hit(m_raster.nearest(place, reach).value_or(CurveHit{-1, 0, 0, place}));
}

void CurveRenderer::schedule()
{
    if (!std::exchange(m_scheduled, true))
        QMetaObject::invokeMethod(this, &CurveRenderer::draw, Qt::QueuedConnection);
}

void CurveRenderer::setIdle(bool idle)
{
    m_idle = idle;
    schedule();
}

void CurveRenderer::draw()
{
    m_scheduled = false;
    if (m_idle)
        return;
    CurvePicture picture;
    picture.view = m_raster.view();
    picture.curves = m_raster.image();
    if (!m_marked.empty())
        picture.marked = m_raster.highlight(m_marked, markedPen);
    picture.breaks = m_raster.breaks();
    picture.range = m_raster.range();
    picture.reported = m_raster.hasPoints();
    picture.generation = m_generation;
    Q_EMIT drawn(picture);
}

} // namespace widthwise::ui
