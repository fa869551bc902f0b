// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QRect>

#include <functional>

namespace widthwise::ui {

/// Where to put the upper left corner of a box that tells of a point: near the point and inside `axes`, where
/// it covers nothing; beside the axes, on the canvas, where there is no such place.
QPoint tipPlace(const QSize& box, const QPoint& point, const QRect& axes, const QSize& canvas,
                const std::function<bool(const QRect&)>& covers);

} // namespace widthwise::ui
