// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/experiments.h"
#include "ui/models/trial_query.h"

#include <QSortFilterProxyModel>

#include <set>

namespace widthwise::ui {

class TrialsModel;

/// The trials that a person wants to see, sorted. Trials without a value stand last in either order.
class TrialsFilter : public QSortFilterProxyModel {
    Q_OBJECT
public:
    explicit TrialsFilter(TrialsModel& model, QObject* parent = nullptr);

    /// What trials have to be like; see TrialQuery.
    void setText(const QString& text);
    void setStateShown(TrialState state, bool shown);
    bool isStateShown(TrialState state) const { return !m_hidden.contains(state); }
    bool isShown(int number) const;
    /// Trials in each state that the text lets through.
    StateCounts counts() const;
    /// What of the text is not understood or occurs nowhere, in sentences; empty where nothing is.
    QString remark() const;

protected:
    bool filterAcceptsRow(int row, const QModelIndex& parent) const override;
    bool lessThan(const QModelIndex& left, const QModelIndex& right) const override;

private:
    void read();
    bool passesText(int number) const;

    TrialsModel& m_model;
    QString m_text;
    TrialQuery m_query;
    std::set<TrialState> m_hidden;
};

} // namespace widthwise::ui
