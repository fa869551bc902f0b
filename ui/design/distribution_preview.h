// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/design/distribution.h"

#include <QWidget>

namespace widthwise::ui {

/// Draws a Distribution: bars over the parameter's own scale, its ends, and powers of ten on a logarithmic
/// one.
class DistributionPreview : public QWidget {
    Q_OBJECT
public:
    explicit DistributionPreview(QWidget* parent = nullptr);

    void setDistribution(const Distribution& distribution);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void drawBars(QPainter& painter, const QRectF& area) const;
    void drawScale(QPainter& painter, const QRectF& area) const;
    void drawLabels(QPainter& painter, const QRectF& area) const;
    QString summary() const;

    Distribution m_distribution;
};

} // namespace widthwise::ui
