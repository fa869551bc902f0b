// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/experiments.h"
#include "core/store/trials.h"
#include "tests/system/test_cluster.h"
#include "tests/system/trainer_search.h"

#include <vector>

namespace widthwise {

/// Searches with the bundled trainer, also on a test cluster, which is started when it is first needed.
class TrainerCluster : public TrainerSearches {
public:
    /// Writes a site's file, whose name it gives: the cluster over SSH, with trials submitted as `array` or
    /// `pilot`.
    QString siteFor(const QString& submission)
    {
        if (!m_isStarted)
            m_cluster.start();
        m_isStarted = true;
        const QString site = submission + QStringLiteral("-site.yaml");
        write(site, QStringLiteral("host: cluster\nssh_config: %1\nscheduler: slurm\nsubmit: %2\n"
                                   "folder: %3\ntrainer: %4\n")
                        .arg(m_cluster.sshConfig(), submission, path(QStringLiteral("scratch")),
                             QStringLiteral(WIDTHWISE_TRAINER)));
        return site;
    }
    /// Of the search with this name, as the store holds them.
    std::vector<Trial> trialsOf(const QString& name) const
    {
        Database database(path(QStringLiteral("store.db")).toStdString());
        std::vector<Trial> trials;
        if (const auto record = Experiments(database).find(std::string_view(name.toStdString())))
            for (TrialRecord& trial : Trials(database).all(record->id))
                trials.push_back(std::move(trial.trial));
        return trials;
    }

private:
    TestCluster m_cluster;
    bool m_isStarted = false;
};

} // namespace widthwise
