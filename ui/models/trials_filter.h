// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/trial.h"

#include <QSortFilterProxyModel>
#include <QStringList>

#include <set>

namespace widthwise::ui {

/// The trials that a person wants to see, sorted. Trials without a value stand last in either order.
class TrialsFilter : public QSortFilterProxyModel {
    Q_OBJECT
public:
    explicit TrialsFilter(QObject* parent = nullptr);

    /// Words that must all occur in a trial's state or `name=value` parameters.
    void setText(const QString& text);
    void setStateShown(TrialState state, bool shown);
    bool isStateShown(TrialState state) const { return !m_hidden.contains(state); }

protected:
    bool filterAcceptsRow(int row, const QModelIndex& parent) const override;
    bool lessThan(const QModelIndex& left, const QModelIndex& right) const override;

private:
    QStringList m_words;
    std::set<TrialState> m_hidden;
};

} // namespace widthwise::ui
