// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/transfer/transfer_state.h"

#include <QAbstractTableModel>

#include <set>

namespace widthwise::ui {

/// The trials of a search that can be taken to full width, the best first, each with a box to be ticked.
/// Until a person ticks one the best is ticked.
class WinnersModel : public QAbstractTableModel {
    Q_OBJECT
public:
    using QAbstractTableModel::QAbstractTableModel;

    /// The offer of `state`; null or without one: no trials. What was ticked stays while the search is the
    /// same.
    void setState(const TransferStatePtr& state);
    /// The ticked ones, the best first.
    std::vector<TrialRecord> winners() const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

Q_SIGNALS:
    void winnersChanged();

private:
    enum Column { Number, Value, Time, Width, firstVaried };

    const TransferOffer* offer() const { return m_state && m_state->offer ? &*m_state->offer : nullptr; }
    bool isTicked(int row) const;
    QString text(int row, int column) const;

    TransferStatePtr m_state;
    std::vector<std::string> m_varied;
    std::set<int> m_ticked; ///< numbers of trials
    bool m_byHand = false;
};

} // namespace widthwise::ui
