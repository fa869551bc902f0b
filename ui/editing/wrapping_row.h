// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLayout>

#include <vector>

namespace widthwise::ui {

/// Widgets side by side, as wide as their stretch says; where the width does not do for all, the rest goes
/// into another line below.
class WrappingRow : public QLayout {
public:
    WrappingRow();
    ~WrappingRow() override;

    void addField(QWidget* field, int stretch);

    void addItem(QLayoutItem* item) override;
    int count() const override { return static_cast<int>(m_items.size()); }
    QLayoutItem* itemAt(int index) const override;
    QLayoutItem* takeAt(int index) override;
    QSize sizeHint() const override;
    QSize minimumSize() const override;
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;
    void setGeometry(const QRect& rect) override;

private:
    struct Item {
        QLayoutItem* item;
        int stretch;
        /// Narrower it does not become while there is another line to go to.
        int width() const;
    };
    using Line = std::vector<Item>;

    std::vector<Line> linesFor(int width) const;
    void place(const Line& line, const QRect& rect) const;
    static int heightOf(const Line& line);

    std::vector<Item> m_items;
};

} // namespace widthwise::ui
