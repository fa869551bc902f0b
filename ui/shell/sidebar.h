// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/host/host.h"
#include "ui/feed/store_client.h"

#include <QWidget>

class QListView;
class QStandardItemModel;

namespace widthwise::ui {

class ExperimentsModel;

/// The experiments of the store and the sites where trials run.
class Sidebar : public QWidget {
    Q_OBJECT
public:
    explicit Sidebar(ExperimentsModel& experiments, QWidget* parent = nullptr);

    std::int64_t current() const;
    void setCurrent(std::int64_t experiment);
    void showLocalSite(const Inventory& inventory);

Q_SIGNALS:
    /// 0 where the last experiment went.
    void experimentChosen(qint64 id);
    void contextMenuWanted(const QPoint& globalPosition);

private:
    QListView* m_experiments;
    QStandardItemModel* m_sites;
};

} // namespace widthwise::ui
