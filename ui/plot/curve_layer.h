// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/plot/curve_renderer.h"

#include <optional>

class QCustomPlot;

namespace widthwise::ui {

/// Shows a CurvePicture inside a QCustomPlot, which keeps axes, zoom and export. A picture that was made for
/// another view is moved and stretched until its successor comes.
class CurveLayer {
public:
    /// In a layer of its own of the plot, above the one named `main`.
    explicit CurveLayer(QCustomPlot& plot);

    void setPicture(const CurvePicture& picture);
    /// The curve point that the pointer is on.
    void setPointer(const std::optional<CurveHit>& hit);
    /// Draws this layer alone.
    void replot();

private:
    class Plottable;
    Plottable* m_plottable; ///< owned by the plot
};

} // namespace widthwise::ui
