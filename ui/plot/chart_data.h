// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QString>

#include <functional>
#include <optional>
#include <utility>
#include <vector>

namespace widthwise::ui {

class Theme;

/// A colour by what it means, so that it follows the theme: `[](const Theme& t) { return t.width(0, 3); }`.
using ChartColor = std::function<QColor(const Theme&)>;

enum class ChartScale { Linear, Log2, Log10 };
enum class ChartLine { None, Solid, Dashed, Dotted };
enum class ChartMarker { None, Disc, Square, Diamond, Triangle, TriangleDown, Circle, Cross, Plus, Star };

/// The n-th marker of those that are told apart at a glance.
ChartMarker chartMarker(int index);

struct ChartAxis {
    QString title;
    ChartScale scale = ChartScale::Linear;
    /// What is shown at first; without it, all points that the scale has a place for.
    std::optional<std::pair<double, double>> range = {};
};

/// A point at y = +∞ is shown as ∞ at the upper edge; one that is NaN interrupts the line.
struct ChartPoint {
    double x = 0;
    double y = 0;
    std::optional<std::pair<double, double>> xError = {}; ///< both ends of the bar, not its lengths
    std::optional<std::pair<double, double>> yError = {};
    QString tip = {}; ///< what the pointer is told; without it, label and coordinates
};

struct ChartSeries {
    QString label; ///< in the legend, once however many panels have it; empty: not there
    ChartColor color;
    ChartLine line = ChartLine::Solid;
    ChartMarker marker = ChartMarker::Disc;
    double size = 6; ///< of the marker
    double penWidth = 1.5;
    std::vector<ChartPoint> points = {}; ///< in rising order of x
    bool held = false;                   ///< a value holds until the next point
    bool shaded = false;                 ///< errors of y are an area along the line, not bars
    int mostMarkers = 0;                 ///< at so many points at most; 0: at all
};

/// A dotted line across the whole panel, upright (Qt::Vertical) at an x or level at a y.
struct ChartMark {
    Qt::Orientation orientation = Qt::Vertical;
    double at = 0;
    QString label = {};
    ChartColor color;
};

/// Everything between two values of x (Qt::Vertical) or y, lightly shaded.
struct ChartBand {
    Qt::Orientation orientation = Qt::Horizontal;
    double low = 0;
    double high = 0;
    ChartColor color;
};

struct ChartPanel {
    QString title = {};
    ChartColor titleColor = {}; ///< without it, as text
    std::vector<ChartSeries> series = {};
    std::vector<ChartMark> marks = {};
    std::vector<ChartBand> bands = {};
};

/// Panels side by side on common axes.
struct ChartData {
    ChartAxis x = {};
    ChartAxis y = {};
    std::vector<ChartPanel> panels = {};
    QString emptyText = {}; ///< what stands there without points; by default that the first one is waited for
};

} // namespace widthwise::ui
