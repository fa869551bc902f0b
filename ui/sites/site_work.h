// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/site/finding.h"
#include "ui/pages/ctl_process.h"

#include <QHash>

namespace widthwise::ui {

/// Tests of sites and deployments of the trainer, one at a time, in a process of their own; and what each
/// site's last one came to.
class SiteWork : public QObject {
    Q_OBJECT
public:
    /// `storeFile` is the one that tests look at; empty: the usual one.
    explicit SiteWork(const QString& storeFile, QObject* parent = nullptr);

    struct Result {
        Findings findings; ///< of a test; empty: it was a deployment, or it failed
        QString failure;   ///< in place of findings
        QString done;      ///< of a deployment
    };

    /// Looks at a site, or at this machine as `local`.
    void test(const QString& site);
    /// Sends this machine's trainer to the site, or with `source` builds one there.
    void deploy(const QString& site, bool source);

    /// The site that is under work; empty: none.
    QString busySite() const { return m_site; }
    bool isTesting() const { return m_testing; }
    /// Null where nothing came of it yet.
    const Result* result(const QString& site) const;
    void rename(const QString& from, const QString& to) { m_results.insert(to, m_results.take(from)); }
    void forget(const QString& site) { m_results.remove(site); }

Q_SIGNALS:
    /// Its login may ask.
    void started(widthwise::ui::LoginChannel* channel);
    /// What a deployment says on its way.
    void said(const QString& site, const QString& line);
    void finished(const QString& site);

private:
    void conclude(const QByteArray& output, const QString& problem);

    QString m_storeFile;
    CtlProcess m_process;
    QString m_site;
    bool m_testing = false;
    QHash<QString, Result> m_results;
};

} // namespace widthwise::ui
