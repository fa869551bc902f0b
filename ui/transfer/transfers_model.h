// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/transfer/transfer_state.h"

#include <QAbstractTableModel>

namespace widthwise::ui {

/// The transfers of a search: a row for each trial at full width, beside the small one.
class TransfersModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Name, State, Small, Large, Values, Change, Time, columns };

    using QAbstractTableModel::QAbstractTableModel;

    void setState(const TransferStatePtr& state);
    /// Null where there is no such row.
    const TransferReport* report(int row) const;
    int rowOf(std::int64_t experiment) const; ///< its first; -1 where it has none
    /// Lets the durations of running trials go on.
    void tick();

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Row {
        std::size_t report;
        std::size_t pair;
        bool operator==(const Row&) const = default;
    };
    QString text(const Row& row, int column) const;
    QVariant colour(const Row& row, int column) const;
    QString toolTip(const Row& row, int column) const;
    const TransferPair& pairOf(const Row& row) const { return m_state->reports[row.report].pairs[row.pair]; }

    TransferStatePtr m_state;
    std::vector<Row> m_rows;
};

} // namespace widthwise::ui
