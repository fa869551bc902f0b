// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plot/tip_place.h"

#include "ui/theme/theme.h"

#include <algorithm>
#include <array>
#include <vector>

namespace widthwise::ui {

namespace {

/// From the point to the nearest place of the box.
int distance(const QPoint& point, const QRect& box)
{
    const int x = std::max({0, box.left() - point.x(), point.x() - box.right()});
    const int y = std::max({0, box.top() - point.y(), point.y() - box.bottom()});
    return x + y;
}

/// All over the axes, the nearest to the point first.
std::vector<QRect> placesIn(const QRect& axes, const QSize& box, const QPoint& point)
{
    std::vector<QRect> places;
    for (int y = axes.top(); y + box.height() <= axes.bottom() + 1; y += grid)
        for (int x = axes.left(); x + box.width() <= axes.right() + 1; x += grid)
            places.emplace_back(QPoint(x, y), box);
    std::ranges::stable_sort(places, {}, [&point](const QRect& place) { return distance(point, place); });
    return places;
}

} // namespace

QPoint tipPlace(const QSize& box, const QPoint& point, const QRect& axes, const QSize& canvas,
                const std::function<bool(const QRect&)>& covers)
{
    const int right = point.x() + 2 * grid;
    const int left = point.x() - 2 * grid - box.width();
    const int above = point.y() - grid - box.height();
    const int below = point.y() + grid;
    const std::array beside{QPoint(right, above), QPoint(left, above), QPoint(right, below),
                            QPoint(left, below)};
    for (const QPoint& corner : beside)
        if (const QRect place(corner, box); axes.contains(place) && !covers(place))
            return corner;
    for (const QRect& place : placesIn(axes, box, point))
        if (!place.adjusted(-grid / 2, -grid / 2, grid / 2, grid / 2).contains(point) && !covers(place))
            return place.topLeft();
    const int x = std::clamp(point.x() - box.width() / 2, 0, std::max(0, canvas.width() - box.width()));
    return {x, canvas.height() - box.height()};
}

} // namespace widthwise::ui
