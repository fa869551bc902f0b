// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/column_widths.h"

#include "ui/shell/settings.h"
#include "ui/theme/theme.h"

#include <QDataStream>
#include <QHeaderView>
#include <QIODevice>
#include <QScopedValueRollback>
#include <QTableView>

#include <algorithm>

namespace widthwise::ui {

namespace {

QString partOf(const QString& table)
{
    return QStringLiteral("columns-") + table;
}

} // namespace

ColumnWidths::ColumnWidths(QTableView& view, const QString& table)
    : QObject(&view), m_view(view), m_table(table)
{
    QDataStream remembered(Settings::layout(partOf(table)));
    remembered >> m_byHand;
    connect(view.horizontalHeader(), &QHeaderView::sectionResized, this,
            [this](int column, int, int width) { take(column, width); });
}

void ColumnWidths::apply(const std::function<int(int column)>& usual)
{
    const QScopedValueRollback ours(m_ours, true);
    const int least = m_view.horizontalHeader()->minimumSectionSize();
    for (int column = 0; column < m_view.model()->columnCount(); ++column) {
        const auto byHand = m_byHand.constFind(nameOf(column));
        m_view.setColumnWidth(column, std::max(least, byHand != m_byHand.cend() ? *byHand : usual(column)));
    }
}

void ColumnWidths::applyContents()
{
    const QAbstractItemView& contents = m_view;
    apply([&](int column) {
        return std::max(contents.sizeHintForColumn(column),
                        m_view.horizontalHeader()->sectionSizeHint(column)) +
               2 * grid;
    });
}

QString ColumnWidths::nameOf(int column) const
{
    const QVariant name = m_view.model()->headerData(column, Qt::Horizontal, Qt::UserRole);
    return name.isValid() ? name.toString() : QString::number(column);
}

/// Columns that stretch take what others leave: nobody gave them their width.
void ColumnWidths::take(int column, int width)
{
    const QHeaderView& header = *m_view.horizontalHeader();
    const bool stretches = header.sectionResizeMode(column) == QHeaderView::Stretch ||
                           (header.stretchLastSection() && header.visualIndex(column) == header.count() - 1);
    if (m_ours || stretches || width == 0)
        return;
    m_byHand[nameOf(column)] = width;
    QByteArray bytes;
    QDataStream remembered(&bytes, QIODevice::WriteOnly);
    remembered << m_byHand;
    Settings::setLayout(partOf(m_table), bytes);
}

} // namespace widthwise::ui
