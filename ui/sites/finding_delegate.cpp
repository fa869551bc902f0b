// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/sites/finding_delegate.h"

#include "ui/sites/findings_model.h"
#include "ui/theme/theme.h"

#include <QApplication>
#include <QPainter>
#include <QStyleOptionFocusRect>

#include <algorithm>

namespace widthwise::ui {

namespace {

constexpr int signWidth = 3 * grid;
constexpr int whatWidth = 16 * grid;
constexpr int wrapping = Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap;

/// Where a row of some width puts its parts.
struct Places {
    QRect sign;
    QRect what;
    QRect found;
    QRect fix;
};

int textHeight(const QFontMetrics& metrics, int width, const QString& text)
{
    return text.isEmpty() ? 0 : metrics.boundingRect(QRect(0, 0, width, 1 << 14), wrapping, text).height();
}

Places placesIn(const QRect& row, const QFontMetrics& metrics, const QModelIndex& index)
{
    const QRect inner = row.adjusted(0, grid / 2, -grid, -grid / 2);
    Places places;
    places.sign = QRect(inner.left(), inner.top(), signWidth, metrics.height());
    places.what = QRect(inner.left() + signWidth, inner.top(), whatWidth, metrics.height());
    const int left = places.what.right() + grid;
    const int width = std::max(whatWidth, inner.right() - left);
    places.found = QRect(left, inner.top(), width,
                         textHeight(metrics, width, index.data(FindingsModel::FoundRole).toString()));
    places.fix = QRect(left, places.found.bottom() + 1, width,
                       textHeight(metrics, width, index.data(FindingsModel::FixRole).toString()));
    return places;
}

} // namespace

void FindingDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                            const QModelIndex& index) const
{
    const Theme& theme = Theme::instance();
    if (option.state & QStyle::State_HasFocus) {
        QStyleOptionFocusRect focus;
        focus.QStyleOption::operator=(option);
        QApplication::style()->drawPrimitive(QStyle::PE_FrameFocusRect, &focus, painter, option.widget);
    }
    const Places places = placesIn(option.rect, option.fontMetrics, index);
    painter->save();
    painter->setFont(option.font);
    painter->setPen(theme.color(Tone(index.data(ToneRole).toInt())));
    painter->drawText(places.sign, Qt::AlignCenter, index.data(ShapeRole).toString());
    painter->setPen(theme.color(Tone::Muted));
    painter->drawText(places.what, Qt::AlignLeft | Qt::AlignTop,
                      option.fontMetrics.elidedText(index.data().toString(), Qt::ElideRight, whatWidth));
    painter->setPen(theme.color(Tone::Text));
    painter->drawText(places.found, wrapping, index.data(FindingsModel::FoundRole).toString());
    painter->setPen(theme.color(Tone::Accent));
    painter->drawText(places.fix, wrapping, index.data(FindingsModel::FixRole).toString());
    painter->restore();
}

QSize FindingDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const int width = option.rect.width() > 0 ? option.rect.width() : 60 * grid;
    const Places places = placesIn(QRect(0, 0, width, 0), option.fontMetrics, index);
    const int text = places.found.height() + places.fix.height();
    return {width, std::max(text, option.fontMetrics.height()) + grid};
}

} // namespace widthwise::ui
