// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/rung_standing.h"

#include <QAbstractTableModel>

namespace widthwise::ui {

class TrialsModel;

/// Who stands where: a row per bracket, a column per rung, and how many trials run, wait, went on or ended
/// there. Empty where the scheduler has no rungs.
class RungsModel : public QAbstractTableModel {
    Q_OBJECT
public:
    explicit RungsModel(const TrialsModel& trials, QObject* parent = nullptr);

    /// Takes the trials as they are now.
    void refresh();
    int bracketOf(int row) const { return m_brackets[std::size_t(row)].bracket; }
    int rowOf(int bracket) const; ///< -1: it has no trials
    /// The cells that the filter asks for; -1: whatever row or column, both: none.
    void setMarked(int row, int column);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    bool isMarked(const QModelIndex& index) const;
    const RungStanding* standing(const QModelIndex& index) const; ///< null below a bracket's lowest rung
    QString signsOf(const RungStanding& standing) const;
    QString wordsOf(const QModelIndex& index, const RungStanding& standing) const;
    QString reasonsOf(const RungStanding& standing) const;

    const TrialsModel& m_trials;
    RungPlan m_plan;
    std::vector<BracketStanding> m_brackets;
    int m_markedRow = -1;
    int m_markedColumn = -1;
};

} // namespace widthwise::ui
