// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QCPAxis;
class QCustomPlot;
class QLabel;

namespace widthwise::ui {

/// Colours, fonts and lines of a plot as the theme has them now.
void applyLook(QCustomPlot& plot);

/// Linear, or logarithmic with our own ticks.
void setLogarithmic(QCPAxis& axis, bool logarithmic);
/// Logarithmic with ticks at powers of two.
void setLog2(QCPAxis& axis);
bool isLogarithmic(const QCPAxis& axis);

/// A label that floats over a plot and tells of the point under the mouse; hidden at first.
void applyTipLook(QLabel& tip);

/// A label that stands in the middle of a plot that has nothing to show; hidden at first.
void applyEmptyLook(QCustomPlot& plot, QLabel& label);

} // namespace widthwise::ui
