// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/site/finding.h"
#include "ui/models/experiments_model.h"

#include <QAbstractListModel>

namespace widthwise::ui {

/// What a doctor found, a finding a row: ShapeRole and ToneRole say how good, the text what was looked at.
class FindingsModel : public QAbstractListModel {
    Q_OBJECT
public:
    enum FindingRole {
        FoundRole = DepthRole + 1, ///< what was found
        FixRole,                   ///< what to do about it, or empty
    };
    using QAbstractListModel::QAbstractListModel;

    /// The worst come first.
    void setFindings(const Findings& findings);
    const Findings& findings() const { return m_findings; }

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

private:
    Findings m_findings;
};

/// The worst of the verdicts.
Verdict worst(const Findings& findings);

} // namespace widthwise::ui
