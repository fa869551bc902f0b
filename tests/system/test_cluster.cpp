// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/system/test_cluster.h"

#include <QFile>
#include <QProcess>
#include <QStandardPaths>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>

#include <string_view>

namespace widthwise {

namespace {

QString readFile(const QString& path)
{
    QFile file(path);
    return file.open(QFile::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

void writeFile(const QString& path, const QString& text)
{
    QFile file(path);
    QVERIFY2(file.open(QFile::WriteOnly), qPrintable(path));
    file.write(text.toUtf8());
}

} // namespace

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

void TestCluster::addSshd(const QString& name, const QStringList& settings, const QStringList& client)
{
    QTcpServer probe;
    QVERIFY(probe.listen(QHostAddress::LocalHost));
    const QString port = QString::number(probe.serverPort());
    probe.close();

    QStringList lines = settings;
    for (const QString& line :
         readFile(folder() + QStringLiteral("/etc/sshd_config")).split(QLatin1Char('\n')))
        lines << (line.startsWith(QStringLiteral("Port ")) ? QStringLiteral("Port ") + port : line);
    writeFile(folder() + QStringLiteral("/etc/sshd_config.") + name, lines.join(QLatin1Char('\n')));

    QStringList host{QStringLiteral("Host ") + name, QStringLiteral("HostName 127.0.0.1"),
                     QStringLiteral("Port ") + port};
    host << client << QStringLiteral("UserKnownHostsFile %1/ssh/known_hosts").arg(folder())
         << QStringLiteral("IdentitiesOnly yes") << QString();
    writeFile(sshConfig(), host.join(QLatin1Char('\n')) + readFile(sshConfig()));
    const QString known = folder() + QStringLiteral("/ssh/known_hosts");
    const QString key = readFile(known).section(QLatin1Char(' '), 1, 2).section(QLatin1Char('\n'), 0, 0);
    writeFile(known, readFile(known) + QStringLiteral("[127.0.0.1]:%1 %2\n").arg(port, key));

    QCOMPARE(startDaemon(QStringLiteral("sshd.") + name).exitCode, 0);
    const auto answers = [&] {
        QTcpSocket socket;
        socket.connectToHost(QHostAddress::LocalHost, port.toUShort());
        return socket.waitForConnected(100);
    };
    QTRY_VERIFY(answers());
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
