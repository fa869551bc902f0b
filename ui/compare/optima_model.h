// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/study/sweep_report.h"

#include <QAbstractTableModel>

namespace widthwise::ui {

/// A row per curve of a sweep: its optimum, and what has to be known of it.
class OptimaModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Parametrization, Width, LearningRate, Interval, Loss, Remark, ColumnCount };

    using QAbstractTableModel::QAbstractTableModel;

    void setReport(const SweepReport& report);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    QString text(const SweepCurve& curve, int column) const;

    SweepReport m_report;
    QString m_metric;
};

} // namespace widthwise::ui
