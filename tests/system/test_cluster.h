// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>
#include <QTemporaryDir>

namespace widthwise {

/// A SLURM cluster with sshd on loopback (tests/system/cluster), which ends with this object.
class TestCluster {
public:
    struct Options {
        int nodes = 4; ///< 0: an sshd alone
        bool accounting = false;
        QStringList settings = {}; ///< lines of slurm.conf, e.g. `MinJobAge=2`
    };
    struct Result {
        int exitCode = -1;
        QString output;
        QString errors;
    };

    /// Why it cannot be started on this machine; empty where it can.
    static QString missing(const Options& options = {4, false, {}});

    ~TestCluster();
    /// Fails the test where it does not come up.
    void start(const Options& options);
    void start() { start({}); }
    /// What `cluster down` says: every process that came of the cluster is gone.
    Result stop();

    QString folder() const { return m_folder.path() + QStringLiteral("/cluster"); }
    quint16 sshPort() const;
    QString sshConfig() const { return folder() + QStringLiteral("/ssh/config"); }
    /// Runs a command in a login on the cluster.
    Result shell(const QString& command) const;
    /// Kills and starts one daemon: `slurmctld`, `slurmd.n1`, `sshd`, …
    Result killDaemon(const QString& daemon) const;
    Result startDaemon(const QString& daemon) const;

    /// Another sshd with the lines of `settings` before the first one's; its host is called `name` in
    /// sshConfig(), with the lines of `client`. Its daemon is `sshd.NAME`.
    void addSshd(const QString& name, const QStringList& settings, const QStringList& client);
    /// Another name in sshConfig() for what listens on `port` of loopback and shows the cluster's key.
    void addHost(const QString& name, quint16 port, const QStringList& client) const;
    /// What an sshd added with `UsePAM yes` asks for, in this order. (Where it takes one password for both,
    /// let them be the same.)
    void setSecrets(const QString& password, const QString& code) const;
    /// A line of `client`: the key that the cluster knows.
    QString identity() const { return QStringLiteral("IdentityFile %1/ssh/id").arg(folder()); }

private:
    Result script(const QStringList& arguments) const;

    QTemporaryDir m_folder;
    bool m_running = false;
};

} // namespace widthwise
