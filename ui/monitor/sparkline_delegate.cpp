// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/monitor/sparkline_delegate.h"

#include "ui/models/trials_model.h"
#include "ui/theme/theme.h"

#include <QApplication>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace widthwise::ui {

namespace {

void drawSparkline(QPainter& painter, const QRectF& place, const std::vector<float>& values)
{
    float low = HUGE_VALF;
    float high = -HUGE_VALF;
    for (const float value : values)
        if (std::isfinite(value)) {
            low = std::min(low, value);
            high = std::max(high, value);
        }
    if (!(low <= high))
        return;
    const double scale = high > low ? place.height() / double(high - low) : 0;
    const double stride = place.width() / double(std::max<std::size_t>(1, values.size() - 1));
    QPolygonF line;
    const auto drawLine = [&] {
        if (line.size() == 1)
            painter.drawEllipse(line.front(), 1.2, 1.2); // no line leads to it
        else
            painter.drawPolyline(line);
        line.clear();
    };
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (std::isfinite(values[i])) {
            line << QPointF(place.left() + double(i) * stride,
                            place.bottom() - double(values[i] - low) * scale);
            continue;
        }
        drawLine();
    }
    drawLine();
}

} // namespace

void SparklineDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                              const QModelIndex& index) const
{
    QApplication::style()->drawPrimitive(QStyle::PE_PanelItemViewItem, &option, painter, option.widget);
    const auto sparkline = index.data(TrialsModel::SparklineRole).value<Sparkline>();
    const bool selected = option.state & QStyle::State_Selected;
    const Theme& theme = Theme::instance();
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(QPen(theme.color(selected ? Tone::OnAccent : Tone::Muted), 1.2));
    drawSparkline(*painter, QRectF(option.rect).adjusted(grid / 2, grid / 2, -grid / 2, -grid / 2),
                  sparkline.values());
    painter->restore();
}

} // namespace widthwise::ui
