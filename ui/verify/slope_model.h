// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/study/check_report.h"

#include <QAbstractTableModel>

#include <memory>

namespace widthwise::ui {

/// The slope of every layer before one update: a row for each layer, a column for each parametrization.
class SlopeModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Role {
        SortRole = Qt::UserRole, ///< the layer's place, or the steepness: invalid where there is no slope
        ToneRole,                ///< of what the slope says, as int
    };

    using QAbstractTableModel::QAbstractTableModel;

    void setReport(std::shared_ptr<const CheckReport> report);
    void setStep(std::int64_t t);

    QString layer(int row) const;
    int rowOf(const QString& layer) const; ///< -1 where there is none

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    QVariant slopeData(int index, int role) const;
    void emitAllChanged();

    std::shared_ptr<const CheckReport> m_report;
    std::vector<std::string> m_layers;
    std::vector<std::string> m_parametrizations;
    std::int64_t m_step = 0;
};

} // namespace widthwise::ui
