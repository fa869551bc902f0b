// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/feed/store_client.h"

#include <QWidget>

class QListView;
class QToolButton;

namespace widthwise::ui {

class ExperimentsModel;
class SitesModel;

/// The experiments of the store and the sites where trials run; one of all these is chosen.
class Sidebar : public QWidget {
    Q_OBJECT
public:
    Sidebar(ExperimentsModel& experiments, SitesModel& sites, QWidget* parent = nullptr);

    std::int64_t current() const;
    void setCurrent(std::int64_t experiment);
    void setCurrentSite(const QString& site);
    /// Chooses nothing, as where the start page is shown.
    void clear();

Q_SIGNALS:
    /// 0 where the last experiment went.
    void experimentChosen(qint64 id);
    void siteChosen(const QString& name);
    void newSiteWanted();
    void startPageWanted();
    void contextMenuWanted(const QPoint& globalPosition);

private:
    QWidget* makeHeading(const QString& text, QToolButton* button);
    void fitSites();

    QListView* m_experiments;
    QListView* m_sites;
};

} // namespace widthwise::ui
