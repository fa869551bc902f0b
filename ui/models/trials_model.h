// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/experiment.h"
#include "ui/feed/store_client.h"
#include "ui/models/sparkline.h"

#include <QAbstractTableModel>

#include <vector>

namespace widthwise::ui {

/// The trials of one experiment, by number: state, one column for each varied parameter, the shape of the
/// chosen metric, the objective, how far and how long they ran, and where, or why not. A column's header has
/// its name under Qt::UserRole.
class TrialsModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Role {
        SortRole = Qt::UserRole, ///< a number or a text; invalid where there is no value
        SparklineRole,
        StateRole, ///< TrialState as int
        ToneRole,  ///< of the state, as int
    };

    using QAbstractTableModel::QAbstractTableModel;

    /// Takes the columns of the experiment; null: none for parameters. The trials stay, their curves are
    /// forgotten.
    void setExperiment(const Experiment* experiment);
    void apply(const TrialsUpdate& update);
    void apply(const SeriesUpdate& update);
    /// Lets the durations of running trials go on.
    void tick();

    const Trial* trial(int number) const;
    const std::vector<Trial>& trials() const { return m_trials; }
    const SearchSpace& space() const { return m_space; }
    QString objective() const { return m_objective; }
    /// Of the scheduler; one rung where it has none.
    const RungPlan& rungPlan() const { return m_plan; }
    /// "step 300", "whole run".
    QString rungName(int rung) const { return m_rungNames.value(rung); }
    /// What words are looked for in: state, device and `name=value` of each parameter.
    const QString& searchText(int number) const { return m_rows[std::size_t(number)].searchText; }
    /// Whether the chosen metric has a value to draw.
    bool hasCurve(int number) const;
    /// "max_lr 0.001 · width 64": the varied parameters of a trial.
    QString describe(int number) const;

    int stateColumn() const { return 1; }
    /// As that column shows it.
    static QString stateText(TrialState state, bool withNotices);
    int curveColumn() const { return 2 + int(m_varied.size()); }
    int objectiveColumn() const { return curveColumn() + 1; }
    /// Where a trial runs or ran, and why it waits or ended.
    int placeColumn() const { return columnCount() - 1; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

Q_SIGNALS:
    /// There is another experiment, or another text of it.
    void columnsChanged();

private:
    struct Row {
        Sparkline sparkline;
        QString searchText;
    };

    bool isText(int column) const;
    QString columnName(int column) const;
    QVariant sortValue(const Trial& trial, int column) const;
    QString text(const Trial& trial, int column) const;
    const Value* parameterValue(const Trial& trial, int column) const;
    QString stateWords(const Trial& trial) const;
    QString toolTip(const Trial& trial, int column) const;
    void store(const Trial& trial);

    SearchSpace m_space;
    std::vector<std::string> m_varied;
    QString m_objective;
    RungPlan m_plan;
    QStringList m_rungNames;
    std::vector<Trial> m_trials; ///< the place is the number
    std::vector<Row> m_rows;
};

} // namespace widthwise::ui
