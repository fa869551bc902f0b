// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/driver_process.h"

#include "core/store/database.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QProcess>
#include <QTimer>

#include <cerrno>
#include <chrono>
#include <csignal>

namespace widthwise::ui {

namespace {

using namespace std::chrono_literals;

QString program()
{
    const QString folder = qEnvironmentVariable("WIDTHWISE_BIN_DIR", QCoreApplication::applicationDirPath());
    return folder + QStringLiteral("/widthwisectl");
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

bool ended(qint64 pid)
{
    return ::kill(pid_t(pid), 0) != 0 && errno == ESRCH;
}

} // namespace

DriverProcess::DriverProcess(const QString& storeFile, QObject* parent)
    : QObject(parent), m_storeFile(storeFile)
{
}

void DriverProcess::start(const QString& experiment)
{
    if (!QFile::exists(program())) {
        Q_EMIT failed(
            tr("%1 is missing: without it nothing can be run. Install Widthwise again.").arg(program()));
        return;
    }
    const QString folder = QString::fromStdString(trialsDirectory(m_storeFile.toStdString()));
    QDir().mkpath(folder);
    // Beside the driver's own log: holds only why it could not drive.
    const QString log = folder + QStringLiteral("/%1.driver.errors").arg(experiment);

    QProcess process;
    process.setProgram(program());
    process.setArguments({QStringLiteral("drive"), QStringLiteral("--store"), m_storeFile, experiment});
    process.setStandardInputFile(QProcess::nullDevice());
    process.setStandardOutputFile(QProcess::nullDevice());
    process.setStandardErrorFile(log);
    qint64 pid = 0;
    if (process.startDetached(&pid))
        watch(pid, experiment, log);
    else
        Q_EMIT failed(tr("The driver could not be started: %1.").arg(process.errorString()));
}

void DriverProcess::watch(qint64 pid, const QString& experiment, const QString& log)
{
    QTimer::singleShot(1500ms, this, [this, pid, experiment, log] {
        const QString why = lastLine(log);
        if (ended(pid) && !why.isEmpty())
            Q_EMIT failed(tr("The driver of %1 ended at once: %2").arg(experiment, why));
    });
}

} // namespace widthwise::ui
