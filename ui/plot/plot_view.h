// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cmath>

namespace widthwise::ui {

/// One axis of a plot: which values lie where, in device pixels from its beginning.
struct PlotAxis {
    double low = 0;
    double high = 1;
    bool logarithmic = false;
    int length = 0;

    /// Infinite where a logarithmic axis has no place for the value.
    double toPixel(double value) const
    {
        if (!logarithmic)
            return (value - low) / (high - low) * length;
        return value > 0 ? std::log2(value / low) / std::log2(high / low) * length : -HUGE_VAL;
    }
    double toValue(double pixel) const
    {
        const double share = pixel / length;
        return logarithmic ? low * std::pow(high / low, share) : low + (high - low) * share;
    }
    bool operator==(const PlotAxis&) const = default;
};

/// What part of the data a plot shows, and how large.
struct PlotView {
    PlotAxis x;
    PlotAxis y;          ///< its pixels count from the bottom
    double penWidth = 1; ///< in device pixels
    bool operator==(const PlotView&) const = default;
};

} // namespace widthwise::ui
