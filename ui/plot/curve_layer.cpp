// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plot/curve_layer.h"

#include "ui/theme/theme.h"

#include <qcustomplot.h>

namespace widthwise::ui {

class CurveLayer::Plottable : public QCPAbstractPlottable {
public:
    Plottable(QCPAxis* keyAxis, QCPAxis* valueAxis) : QCPAbstractPlottable(keyAxis, valueAxis) {}

    void setPicture(const CurvePicture& picture) { m_picture = picture; }
    void setPointer(const std::optional<CurveHit>& hit) { m_pointer = hit; }

    double selectTest(const QPointF&, bool, QVariant*) const override { return -1; }
    QCPRange getKeyRange(bool& found, QCP::SignDomain) const override;
    QCPRange getValueRange(bool& found, QCP::SignDomain, const QCPRange&) const override;

protected:
    void draw(QCPPainter* painter) override;
    void drawLegendIcon(QCPPainter*, const QRectF&) const override {}

private:
    QRectF target() const;
    void drawBreaks(QCPPainter* painter, const QRectF& place) const;

    CurvePicture m_picture;
    std::optional<CurveHit> m_pointer;
};

QCPRange CurveLayer::Plottable::getKeyRange(bool& found, QCP::SignDomain) const
{
    found = m_picture.range.has_value();
    return found ? QCPRange(m_picture.range->xLow, m_picture.range->xHigh) : QCPRange();
}

QCPRange CurveLayer::Plottable::getValueRange(bool& found, QCP::SignDomain, const QCPRange&) const
{
    found = m_picture.range.has_value();
    return found ? QCPRange(m_picture.range->yLow, m_picture.range->yHigh) : QCPRange();
}

QRectF CurveLayer::Plottable::target() const
{
    const PlotAxis& x = m_picture.view.x;
    const PlotAxis& y = m_picture.view.y;
    const QPointF topLeft(keyAxis()->coordToPixel(x.low), valueAxis()->coordToPixel(y.high));
    const QPointF bottomRight(keyAxis()->coordToPixel(x.high), valueAxis()->coordToPixel(y.low));
    return {topLeft, bottomRight};
}

void CurveLayer::Plottable::draw(QCPPainter* painter)
{
    if (m_picture.curves.isNull())
        return;
    const bool sameScales =
        m_picture.view.x.logarithmic == (keyAxis()->scaleType() == QCPAxis::stLogarithmic) &&
        m_picture.view.y.logarithmic == (valueAxis()->scaleType() == QCPAxis::stLogarithmic);
    if (!sameScales)
        return;
    const QRectF place = target();
    const double ratio = m_picture.curves.width() / std::max(1.0, place.width());
    const bool exact = qFuzzyCompare(ratio, painter->device()->devicePixelRatioF());
    painter->setRenderHint(QPainter::SmoothPixmapTransform, !exact);
    painter->drawImage(place, m_picture.curves);
    if (!m_picture.marked.isNull())
        painter->drawImage(place, m_picture.marked);
    drawBreaks(painter, place);
}

void CurveLayer::Plottable::drawBreaks(QCPPainter* painter, const QRectF& place) const
{
    const double ratioX = place.width() / m_picture.curves.width();
    const double ratioY = place.height() / m_picture.curves.height();
    const auto toPlot = [&](const QPointF& position) {
        return QPointF(place.left() + position.x() * ratioX, place.top() + position.y() * ratioY);
    };
    constexpr double arm = 3.5;
    painter->setAntialiasing(true);
    painter->setPen(QPen(Theme::instance().color(Tone::Bad), 1.6));
    for (const CurveBreak& end : m_picture.breaks) {
        const QPointF at = toPlot(end.position);
        painter->drawLine(at + QPointF(-arm, -arm), at + QPointF(arm, arm));
        painter->drawLine(at + QPointF(-arm, arm), at + QPointF(arm, -arm));
    }
    if (m_pointer) {
        painter->setPen(QPen(Theme::instance().color(Tone::Surface), 1));
        painter->setBrush(Theme::instance().color(Tone::Text));
        painter->drawEllipse(toPlot(m_pointer->position), 3.5, 3.5);
    }
}

CurveLayer::CurveLayer(QCustomPlot& plot)
{
    const QString name = QStringLiteral("curves");
    plot.addLayer(name, plot.layer(QStringLiteral("main")));
    plot.layer(name)->setMode(QCPLayer::lmBuffered);
    m_plottable = new Plottable(plot.xAxis, plot.yAxis);
    m_plottable->setLayer(name);
}

void CurveLayer::setPicture(const CurvePicture& picture)
{
    m_plottable->setPicture(picture);
}

void CurveLayer::setPointer(const std::optional<CurveHit>& hit)
{
    m_plottable->setPointer(hit);
}

void CurveLayer::replot()
{
    m_plottable->layer()->replot();
}

} // namespace widthwise::ui
