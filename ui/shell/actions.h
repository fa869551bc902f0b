// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/control/permission.h"
#include "ui/feed/store_client.h"

#include <QAction>
#include <QObject>

namespace widthwise::ui {

/// What can be done to experiments, once for toolbar, context menu and keyboard.
class Actions : public QObject {
    Q_OBJECT
public:
    explicit Actions(QObject* parent = nullptr);

    /// Enables what makes sense for the experiment (null: none) and calls it by the right name.
    void update(const ExperimentOverview* overview);
    /// Only looking makes sense, and what would write says why; with an empty reason, everything again.
    void setReadOnly(const QString& reason);
    QList<QAction*> all() const;

    QAction* startPage;
    QAction* create;
    QAction* open;
    QAction* openStore;
    QAction* attach;
    QAction* start;
    QAction* pause;
    QAction* stop;
    QAction* retryFailed;
    QAction* addTrials;
    QAction* remove;
    QAction* changeTheme;
    QAction* shortcuts;

private:
    QAction* make(const char* name, const char* icon, const QString& text, const QKeySequence& shortcut,
                  const QString& help);
    QList<QAction*> writing() const;
    void nameStart(Start what);

    bool m_readOnly = false;
};

} // namespace widthwise::ui
