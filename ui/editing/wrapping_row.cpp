// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/editing/wrapping_row.h"

#include "ui/theme/theme.h"

#include <QWidget>

#include <algorithm>

namespace widthwise::ui {

namespace {

constexpr int unit = 6 * grid; ///< the width of a field of stretch 1, at least
constexpr int lineSpacing = grid / 2;

} // namespace

WrappingRow::WrappingRow()
{
    setSpacing(grid);
    setContentsMargins(0, 0, 0, 0);
}

WrappingRow::~WrappingRow()
{
    for (const Item& item : m_items)
        delete item.item;
}

void WrappingRow::addField(QWidget* field, int stretch)
{
    addChildWidget(field);
    m_items.push_back({new QWidgetItem(field), stretch});
    invalidate();
}

void WrappingRow::addItem(QLayoutItem* item)
{
    m_items.push_back({item, 1});
    invalidate();
}

QLayoutItem* WrappingRow::itemAt(int index) const
{
    return index >= 0 && index < count() ? m_items[static_cast<std::size_t>(index)].item : nullptr;
}

QLayoutItem* WrappingRow::takeAt(int index)
{
    QLayoutItem* item = itemAt(index);
    if (item != nullptr)
        m_items.erase(m_items.begin() + index);
    return item;
}

int WrappingRow::Item::width() const
{
    return std::max(item->minimumSize().width(), unit * stretch);
}

std::vector<WrappingRow::Line> WrappingRow::linesFor(int width) const
{
    std::vector<Line> lines;
    int left = 0;
    for (const Item& item : m_items) {
        if (item.item->isEmpty()) // hidden
            continue;
        if (lines.empty() || left < item.width()) {
            lines.emplace_back();
            left = width;
        }
        lines.back().push_back(item);
        left -= item.width() + spacing();
    }
    return lines;
}

int WrappingRow::heightOf(const Line& line)
{
    int height = 0;
    for (const Item& item : line)
        height = std::max(height, item.item->sizeHint().height());
    return height;
}

QSize WrappingRow::sizeHint() const
{
    QSize size;
    for (const Item& item : m_items)
        if (!item.item->isEmpty()) {
            size.rwidth() += item.width() + (size.width() > 0 ? spacing() : 0);
            size.rheight() = std::max(size.height(), item.item->sizeHint().height());
        }
    return size;
}

QSize WrappingRow::minimumSize() const
{
    QSize size;
    for (const Item& item : m_items)
        if (!item.item->isEmpty())
            size = size.expandedTo(item.item->minimumSize());
    return size;
}

int WrappingRow::heightForWidth(int width) const
{
    int height = 0;
    for (const Line& line : linesFor(width))
        height += heightOf(line) + (height > 0 ? lineSpacing : 0);
    return height;
}

void WrappingRow::setGeometry(const QRect& rect)
{
    QLayout::setGeometry(rect);
    int top = rect.top();
    for (const Line& line : linesFor(rect.width())) {
        place(line, QRect(rect.left(), top, rect.width(), heightOf(line)));
        top += heightOf(line) + lineSpacing;
    }
}

/// What is left of the width goes to the fields as their stretch says.
void WrappingRow::place(const Line& line, const QRect& rect) const
{
    int spare = rect.width() - spacing() * (static_cast<int>(line.size()) - 1);
    int stretch = 0;
    for (const Item& item : line) {
        spare -= item.width();
        stretch += item.stretch;
    }
    spare = std::max(0, spare);
    int left = rect.left();
    for (const Item& item : line) {
        const int share = stretch > 0 ? spare * item.stretch / stretch : 0;
        const int width = std::min(item.width() + share, rect.width());
        item.item->setGeometry(QRect(left, rect.top(), width, rect.height()));
        left += width + spacing();
        spare -= share;
        stretch -= item.stretch;
    }
}

} // namespace widthwise::ui
