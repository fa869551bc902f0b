// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/control/standing.h"
#include "ui/feed/store_client.h"

#include <QAbstractListModel>

namespace widthwise::ui {

/// What a row of the sidebar shows beside its name.
enum SidebarRole {
    ShapeRole = Qt::UserRole, ///< the state's sign
    ToneRole,                 ///< its Tone, as int
    DetailRole,               ///< at the right, muted
    IdRole,
    BriefNameRole, ///< what stands below the experiment that it is made from: "check" below "gn2-lr"
    DepthRole,     ///< how many rows above it is made from, as int
};

/// The experiments of the store, the newest first; those made from another follow it.
class ExperimentsModel : public QAbstractListModel {
    Q_OBJECT
public:
    using QAbstractListModel::QAbstractListModel;

    void setExperiments(const ExperimentList& experiments);
    /// Null where there is none.
    const ExperimentOverview* find(std::int64_t id) const;
    QModelIndex indexOf(std::int64_t id) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

private:
    QString briefNameOf(const ExperimentOverview& overview) const;
    int depthOf(const ExperimentOverview& overview) const;
    QString originOf(const ExperimentOverview& overview) const;

    std::vector<ExperimentOverview> m_rows;
};

// As it is now; see core/control/standing.h.
bool isLost(const std::optional<DriverInfo>& driver);
bool isAlive(const std::optional<DriverInfo>& driver);
Standing standingOf(const ExperimentOverview& overview);

} // namespace widthwise::ui
