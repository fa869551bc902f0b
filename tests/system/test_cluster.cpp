// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/system/test_cluster.h"

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QStandardPaths>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>

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
    QStringList needed{QStringLiteral("sshd"), QStringLiteral("ssh")};
    if (options.nodes > 0)
        needed << QStringLiteral("slurmctld") << QStringLiteral("slurmd") << QStringLiteral("sinfo")
               << QStringLiteral("munged");
    if (options.accounting)
        needed << QStringLiteral("slurmdbd") << QStringLiteral("mariadbd") << QStringLiteral("mariadb");
    for (const QString& program : needed)
        if (QStandardPaths::findExecutable(program).isEmpty() &&
            QStandardPaths::findExecutable(program, places).isEmpty())
            return QStringLiteral("%1 is not installed (packaging/install-dependencies cluster)")
                .arg(program);
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
    for (const QString& setting : options.settings)
        arguments << QStringLiteral("--set") << setting;
    const Result result = script(arguments);
    m_running = result.exitCode == 0;
    QVERIFY2(m_running, qPrintable(result.errors));
}

TestCluster::Result TestCluster::stop()
{
    m_running = false;
    return script({QStringLiteral("down"), folder()});
}

quint16 TestCluster::sshPort() const
{
    const QString known = readFile(folder() + QStringLiteral("/ssh/known_hosts"));
    return known.section(QLatin1Char(':'), 1).section(QLatin1Char(' '), 0, 0).toUShort();
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

    addHost(name, port.toUShort(), client);
    QCOMPARE(startDaemon(QStringLiteral("sshd.") + name).exitCode, 0);
    const auto answers = [&] {
        QTcpSocket socket;
        socket.connectToHost(QHostAddress::LocalHost, port.toUShort());
        return socket.waitForConnected(100);
    };
    QTRY_VERIFY(answers());
}

void TestCluster::addHost(const QString& name, quint16 port, const QStringList& client) const
{
    QStringList host{QStringLiteral("Host ") + name, QStringLiteral("HostName 127.0.0.1"),
                     QStringLiteral("Port %1").arg(port)};
    host << client << QStringLiteral("UserKnownHostsFile %1/ssh/known_hosts").arg(folder())
         << QStringLiteral("IdentitiesOnly yes") << QString();
    writeFile(sshConfig(), host.join(QLatin1Char('\n')) + readFile(sshConfig()));
    const QString known = folder() + QStringLiteral("/ssh/known_hosts");
    const QString key = readFile(known).section(QLatin1Char(' '), 1, 2).section(QLatin1Char('\n'), 0, 0);
    writeFile(known, readFile(known) + QStringLiteral("[127.0.0.1]:%1 %2\n").arg(port).arg(key));
}

void TestCluster::setSecrets(const QString& password, const QString& code) const
{
    const QString etc = folder() + QStringLiteral("/etc/");
    const QString matrix =
        QStringLiteral("auth required /usr/lib/x86_64-linux-gnu/pam_wrapper/pam_matrix.so passdb=%1%2\n");
    const QString user = shell(QStringLiteral("id -un")).output.trimmed();
    QVERIFY(QDir().mkpath(etc + QStringLiteral("pam.d")));
    writeFile(etc + QStringLiteral("passwords"), QStringLiteral("%1:%2:sshd\n").arg(user, password));
    writeFile(etc + QStringLiteral("codes"), QStringLiteral("%1:%2:sshd\n").arg(user, code));
    writeFile(etc + QStringLiteral("pam.d/sshd"),
              matrix.arg(etc, QStringLiteral("passwords")) + matrix.arg(etc, QStringLiteral("codes")) +
                  QStringLiteral("account required pam_permit.so\nsession required pam_permit.so\n"));
}

TestCluster::Result TestCluster::script(const QStringList& arguments) const
{
    QProcess process;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("CLUSTER_KEEPER"), QStringLiteral(CLUSTER_KEEPER));
    process.setProcessEnvironment(environment);
    process.setStandardInputFile(QProcess::nullDevice());
    process.start(QStringLiteral(CLUSTER_SCRIPT), arguments);
    constexpr int patience = 180'000;
    if (!process.waitForFinished(patience))
        return {.errors = process.errorString()};
    return {.exitCode = process.exitCode(),
            .output = QString::fromUtf8(process.readAllStandardOutput()),
            .errors = QString::fromUtf8(process.readAllStandardError())};
}

} // namespace widthwise
