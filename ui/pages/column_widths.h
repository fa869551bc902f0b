// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QObject>
#include <QString>

#include <functional>

class QTableView;

namespace widthwise::ui {

/// The widths of a table's columns: what suits each, or what a person gave it. That is remembered under the
/// column's name (headerData's Qt::UserRole; without it the column's place), wherever it stands and whatever
/// columns stand beside it.
class ColumnWidths : public QObject {
    Q_OBJECT
public:
    /// `table` names it among all tables; a child of `view`.
    ColumnWidths(QTableView& view, const QString& table);

    /// To be called after columns or their contents changed. `usual` is asked for columns that nobody
    /// changed.
    void apply(const std::function<int(int column)>& usual);
    /// As wide as texts and title need, with room between.
    void applyContents();

private:
    QString nameOf(int column) const;
    void take(int column, int width);

    QTableView& m_view;
    QString m_table;
    QHash<QString, int> m_byHand;
    bool m_ours = false; ///< the program sets widths, not the person
};

} // namespace widthwise::ui
