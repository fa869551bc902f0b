// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/compare/searches_reading.h"

#include <QAbstractTableModel>

namespace widthwise::ui {

/// A row per search that an experiment may be compared with, to be ticked; the first is its own.
class SearchesModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Search, Seeds, Best, Rungs, Remark, ColumnCount };

    using QAbstractTableModel::QAbstractTableModel;

    void show(const SearchesReading& reading, SearchCost cost);
    /// Against the first search with values, in a sentence; empty for that itself, and without values.
    QString differenceOf(int row) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

Q_SIGNALS:
    void chosen(qint64 key, bool wanted);

private:
    QString text(const QModelIndex& index) const;
    QString bestText(const SearchGroup& group) const;

    std::vector<SearchRow> m_rows;
    SearchComparison m_comparison; ///< a group for each row
    SearchCost m_cost = SearchCost::Trials;
    double m_common = 0;
};

} // namespace widthwise::ui
