// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/driver_process.h"

#include "core/store/database.h"
#include "ui/ask/login_channel.h"

#include <QDir>
#include <QFile>

#include <csignal>

namespace widthwise::ui {

namespace {

/// Beside the driver's own log: holds only why it could not drive.
QString errorsFile(const QString& storeFile, const QString& experiment)
{
    const QString folder = QString::fromStdString(trialsDirectory(storeFile.toStdString()));
    QDir().mkpath(folder);
    return folder + QStringLiteral("/%1.driver.errors").arg(experiment);
}

QString lastLine(const QString& file)
{
    QFile log(file);
    if (!log.open(QIODevice::ReadOnly))
        return {};
    log.seek(std::max<qint64>(0, log.size() - 2000));
    const QStringList lines = QString::fromUtf8(log.readAll()).split(QLatin1Char('\n'), Qt::SkipEmptyParts);
    return lines.isEmpty() ? QString() : lines.last();
}

} // namespace

DriverProcess::DriverProcess(const QString& storeFile, QObject* parent)
    : QObject(parent), m_storeFile(storeFile)
{
    connect(&m_ctl, &DetachedCtl::started, this, &DriverProcess::started);
    connect(&m_ctl, &DetachedCtl::failed, this, &DriverProcess::failed);
    connect(&m_ctl, &DetachedCtl::ended, this, &DriverProcess::conclude);
}

void DriverProcess::start(const QString& experiment, qint64 former)
{
    if (const auto running = m_running.find(experiment); running != m_running.end()) {
        running->another = running->pid == former;
        return;
    }
    const pid_t pid =
        m_ctl.start({QStringLiteral("drive"), QStringLiteral("--store"), m_storeFile, experiment}, experiment,
                    errorsFile(m_storeFile, experiment));
    if (pid == 0)
        return;
    m_running.insert(experiment, {.pid = pid});
    Q_EMIT changed();
}

void DriverProcess::leave(qint64 pid)
{
    ::kill(pid_t(pid), SIGTERM);
}

void DriverProcess::conclude(const QString& experiment)
{
    const Running ended = m_running.take(experiment);
    const QString why = lastLine(errorsFile(m_storeFile, experiment));
    if (!why.isEmpty())
        Q_EMIT failed(tr("The driver of %1 ended: %2").arg(experiment, why));
    Q_EMIT changed();
    if (ended.another)
        start(experiment, 0);
}

} // namespace widthwise::ui
