// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/sidebar_delegate.h"

#include "ui/models/experiments_model.h"
#include "ui/theme/theme.h"

#include <QApplication>
#include <QPainter>
#include <QStyle>
#include <QStyleOptionFocusRect>

namespace widthwise::ui {

void SidebarDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                            const QModelIndex& index) const
{
    const Theme& theme = Theme::instance();
    if (option.state & QStyle::State_Selected) {
        painter->fillRect(option.rect, theme.color(Tone::Surface));
        painter->fillRect(QRect(option.rect.topLeft(), QSize(3, option.rect.height())),
                          theme.color(Tone::Accent));
    }
    if (option.state & QStyle::State_HasFocus) {
        QStyleOptionFocusRect focus;
        focus.QStyleOption::operator=(option);
        QApplication::style()->drawPrimitive(QStyle::PE_FrameFocusRect, &focus, painter, option.widget);
    }
    const int indent = 2 * grid * index.data(DepthRole).toInt();
    const QRect row = option.rect.adjusted(grid + indent, 0, -grid, 0);
    const QRect sign(row.left(), row.top(), grid * 2, row.height());
    painter->save();
    painter->setFont(option.font);
    painter->setPen(theme.color(Tone(index.data(ToneRole).toInt())));
    painter->drawText(sign, Qt::AlignCenter, index.data(ShapeRole).toString());

    const QString detail = index.data(DetailRole).toString();
    painter->setFont(theme.numbers());
    painter->setPen(theme.color(Tone::Muted));
    painter->drawText(row, Qt::AlignRight | Qt::AlignVCenter, detail);

    const int taken = painter->fontMetrics().horizontalAdvance(detail) + (detail.isEmpty() ? 0 : grid);
    const QVariant brief = index.data(BriefNameRole);
    const QString text = brief.isValid() ? brief.toString() : index.data().toString();
    const QRect name = row.adjusted(grid * 3, 0, -taken, 0);
    painter->setFont(option.font);
    painter->setPen(theme.color(Tone::Text));
    painter->drawText(name, Qt::AlignLeft | Qt::AlignVCenter,
                      painter->fontMetrics().elidedText(text, Qt::ElideMiddle, name.width()));
    painter->restore();
}

QSize SidebarDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const
{
    return {grid * 20, std::max(grid * 3, option.fontMetrics.height() + grid)};
}

} // namespace widthwise::ui
