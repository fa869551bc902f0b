// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/driver_process.h"

#include "core/host/detached_process.h"
#include "core/host/host.h"
#include "core/store/database.h"
#include "ui/ask/login_channel.h"
#include "ui/pages/ctl_process.h"

#include <QDir>
#include <QFile>
#include <QTimer>

#include <chrono>
#include <csignal>
#include <sys/wait.h>

namespace widthwise::ui {

namespace {

using namespace std::chrono_literals;

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
}

void DriverProcess::start(const QString& experiment, qint64 former)
{
    if (const auto running = m_running.find(experiment); running != m_running.end()) {
        running->another = running->pid == former;
        return;
    }
    if (!QFile::exists(ctlProgram())) {
        Q_EMIT failed(
            tr("%1 is missing: without it nothing can be run. Install Widthwise again.").arg(ctlProgram()));
        return;
    }
    auto* channel = new LoginChannel(experiment, this);
    connect(channel, &LoginChannel::closed, this, [this, experiment, channel] {
        channel->deleteLater();
        bury(experiment);
    });
    try {
        spawn(experiment, channel);
    } catch (const HostError& error) {
        delete channel;
        Q_EMIT failed(QString::fromUtf8(error.what()));
    }
}

void DriverProcess::spawn(const QString& experiment, LoginChannel* channel)
{
    const pid_t pid = startDetached(
        {.program = ctlProgram().toStdString(),
         .arguments = {"widthwisectl", "drive", "--store", m_storeFile.toStdString(), "--ask-fd",
                       std::to_string(DetachedProcess::inheritedNumber), experiment.toStdString()},
         .errors = errorsFile(m_storeFile, experiment).toStdString(),
         .inherited = channel->farEnd()});
    channel->handedOver();
    m_running.insert(experiment, {.pid = pid});
    Q_EMIT started(channel);
}

void DriverProcess::leave(qint64 pid)
{
    ::kill(pid_t(pid), SIGTERM);
}

/// Its socket is closed a moment before it can be waited for.
void DriverProcess::bury(const QString& experiment)
{
    if (waitpid(m_running.value(experiment).pid, nullptr, WNOHANG) == 0) {
        QTimer::singleShot(10ms, this, [this, experiment] { bury(experiment); });
        return;
    }
    const Running ended = m_running.take(experiment);
    const QString why = lastLine(errorsFile(m_storeFile, experiment));
    if (!why.isEmpty())
        Q_EMIT failed(tr("The driver of %1 ended: %2").arg(experiment, why));
    if (ended.another)
        start(experiment, 0);
}

} // namespace widthwise::ui
