// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/system/test_cluster.h"

#include <QFile>
#include <csignal>
#include <vector>

namespace widthwise {

/// The processes with which a cluster's sshd serves its sessions.
inline std::vector<pid_t> sessionsOf(const TestCluster& cluster,
                                     const QString& daemon = QStringLiteral("sshd"))
{
    const auto words = [](const QString& path) {
        QFile file(path);
        return file.open(QFile::ReadOnly) ? file.readAll().simplified().split(' ') : QByteArrayList();
    };
    const QString listener =
        QString::fromLatin1(words(cluster.folder() + QStringLiteral("/run/%1.pid").arg(daemon)).value(0));
    std::vector<pid_t> sessions;
    for (const QByteArray& pid : words(QStringLiteral("/proc/%1/task/%1/children").arg(listener)))
        if (pid.toInt() > 0)
            sessions.push_back(pid.toInt());
    return sessions;
}

inline void killSessions(const TestCluster& cluster, const QString& daemon = QStringLiteral("sshd"))
{
    for (const pid_t session : sessionsOf(cluster, daemon))
        kill(session, SIGKILL);
}

} // namespace widthwise
