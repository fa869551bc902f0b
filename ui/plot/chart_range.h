// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/plot/chart_data.h"

namespace widthwise::ui {

/// What the x axis shows at first: the axis' own range, or all points and bars with a margin. Values that a
/// logarithmic scale has no place for do not count. (0, 1) or (1, 2) without any.
std::pair<double, double> xRangeOf(const ChartData& data);
/// The same for y, with room for ∞ above.
std::pair<double, double> yRangeOf(const ChartData& data);

} // namespace widthwise::ui
