// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/plot/chart_data.h"

#include <QPointF>

class QCPAxisRect;
class QCPGraph;
class QCPItemText;

namespace widthwise::ui {

/// A point that the pointer can find.
struct ChartPlace {
    const ChartSeries* series = nullptr;
    const ChartPoint* point = nullptr;
    const QCPAxisRect* panel = nullptr;
    const QCPItemText* sign = nullptr; ///< the ∞ that stands for it; null: a point

    /// In the plot's pixels, as the axes are now.
    QPointF position() const;
};

/// Draws a panel with the theme's colours into an empty axis rect, and appends its points to `places`. Series
/// that have a label come into the plot's legend, unless it has one of that name.
void drawChartPanel(QCPAxisRect& rect, const ChartPanel& panel, std::vector<ChartPlace>& places);

} // namespace widthwise::ui
