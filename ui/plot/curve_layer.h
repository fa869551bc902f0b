// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/plot/curve_renderer.h"

#include <qcustomplot.h>

namespace widthwise::ui {

/// Shows a CurvePicture inside a QCustomPlot, which keeps axes, zoom and export. A picture that was made for
/// another view is moved and stretched until its successor comes.
class CurveLayer : public QCPAbstractPlottable {
public:
    CurveLayer(QCPAxis* keyAxis, QCPAxis* valueAxis) : QCPAbstractPlottable(keyAxis, valueAxis) {}

    void setPicture(const CurvePicture& picture) { m_picture = picture; }
    /// The curve point that the pointer is on.
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

} // namespace widthwise::ui
