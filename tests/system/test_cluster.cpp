// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/system/test_cluster.h"

#include <QFile>
#include <QProcess>
#include <QStandardPaths>
#include <QTest>

#include <string_view>

namespace widthwise {

QString TestCluster::missing(const Options& options)
{
    const QStringList places = {QStringLiteral("/usr/sbin"), QStringLiteral("/usr/bin"),
                                QStringLiteral("/sbin")};
    for (const char* program : {"sshd", "ssh", "slurmctld", "slurmd", "sinfo", "munged"}) {
        if (options.nodes == 0 && std::string_view(program) == "slurmctld")
            return {};
        if (QStandardPaths::findExecutable(QString::fromLatin1(program)).isEmpty() &&
            QStandardPaths::findExecutable(QString::fromLatin1(program), places).isEmpty())
            return QStringLiteral("%1 is not installed (packaging/install-dependencies cluster)")
                .arg(QString::fromLatin1(program));
    }
    return {};
}

TestCluster::~TestCluster()
{
    if (m_running)
        stop();
}

void TestCluster::start(const Options& options)
{
    QStringList arguments{QStringLiteral("up"), folder(), QStringLiteral("--nodes"),
                          QString::number(options.nodes)};
    if (options.accounting)
        arguments << QStringLiteral("--accounting");
    const Result result = script(arguments);
    m_running = result.exitCode == 0;
    QVERIFY2(m_running, qPrintable(result.errors));
}

TestCluster::Result TestCluster::stop()
{
    m_running = false;
    return script({QStringLiteral("down"), folder()});
}

TestCluster::Result TestCluster::shell(const QString& command) const
{
    return script({QStringLiteral("shell"), folder(), command});
}

TestCluster::Result TestCluster::killDaemon(const QString& daemon) const
{
    return script({QStringLiteral("kill"), daemon, folder()});
}

TestCluster::Result TestCluster::startDaemon(const QString& daemon) const
{
    return script({QStringLiteral("start"), daemon, folder()});
}

TestCluster::Result TestCluster::script(const QStringList& arguments) const
{
    QProcess process;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("CLUSTER_KEEPER"), QStringLiteral(CLUSTER_KEEPER));
    process.setProcessEnvironment(environment);
    process.setStandardInputFile(QProcess::nullDevice());
    process.start(QStringLiteral(CLUSTER_SCRIPT), arguments);
    constexpr int patience = 60'000;
    if (!process.waitForFinished(patience))
        return {.errors = process.errorString()};
    return {.exitCode = process.exitCode(),
            .output = QString::fromUtf8(process.readAllStandardOutput()),
            .errors = QString::fromUtf8(process.readAllStandardError())};
}

} // namespace widthwise
