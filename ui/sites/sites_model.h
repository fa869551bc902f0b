// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/host/host.h"
#include "core/site/finding.h"
#include "ui/feed/store_client.h"
#include "ui/theme/theme.h"

#include <QAbstractListModel>
#include <QFileSystemWatcher>
#include <QHash>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace widthwise::ui {

/// This machine and the sites of the person's folder, with what runs there (the roles of
/// experiments_model.h).
class SitesModel : public QAbstractListModel {
    Q_OBJECT
public:
    explicit SitesModel(QObject* parent = nullptr);

    /// Reads the folder again; the model also notices by itself what comes and goes there.
    void reread();
    void setExperiments(const ExperimentList& experiments);
    void setLocal(const Inventory& inventory);
    /// What a test of the site came to.
    void setVerdict(const QString& site, Verdict verdict);

    QStringList names() const;
    QModelIndex indexOf(const QString& site) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

private:
    struct Site {
        QString name;
        int running = 0;
        int waiting = 0;
        bool driven = false; ///< a driver lives that uses it
        std::optional<SiteLink> link =
            {};            ///< of such a driver; one that is not connected where there are several
        bool lost = false; ///< an experiment is to run there, and nobody drives it
        bool operator==(const Site&) const = default;
    };
    void count();
    const std::string& siteOf(const ExperimentOverview& overview);
    StateSign signOf(const Site& site) const;
    QString detailOf(const Site& site) const;
    QString describe(const Site& site) const;

    std::vector<Site> m_sites;
    std::map<std::string, std::string> m_siteOfText; ///< by the experiment's text
    ExperimentList m_experiments;
    std::optional<Inventory> m_local;
    QHash<QString, Verdict> m_verdicts;
    QFileSystemWatcher m_watcher;
};

} // namespace widthwise::ui
