// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/ctl_process.h"

#include "ui/ask/login_channel.h"

#include <QCoreApplication>
#include <QFile>

#include <fcntl.h>
#include <unistd.h>
#include <utility>

namespace widthwise::ui {

namespace {

constexpr int askNumber = 3; ///< of the socket in the process

/// Runs in the process before the program does.
void inherit(int end)
{
    if (end == askNumber)
        fcntl(end, F_SETFD, 0);
    else
        dup2(end, askNumber);
}

} // namespace

QString ctlProgram()
{
    const QString folder = qEnvironmentVariable("WIDTHWISE_BIN_DIR", QCoreApplication::applicationDirPath());
    return folder + QStringLiteral("/widthwisectl");
}

CtlProcess::CtlProcess(QObject* parent) : QObject(parent) {}

CtlProcess::~CtlProcess()
{
    stop();
}

void CtlProcess::start(const QStringList& arguments, const QString& subject)
{
    stop();
    if (!QFile::exists(ctlProgram())) {
        Q_EMIT finished({}, tr("%1 is missing. Install Widthwise again.").arg(ctlProgram()));
        return;
    }
    m_output.clear();
    m_told = 0;
    m_process = new QProcess(this);
    m_process->setStandardInputFile(QProcess::nullDevice());
    connect(m_process, &QProcess::readyReadStandardOutput, this, &CtlProcess::read);
    connect(m_process, &QProcess::finished, this, &CtlProcess::conclude);
    connect(m_process, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart)
            conclude();
    });
    auto* channel = new LoginChannel(subject, m_process);
    m_process->setChildProcessModifier([end = channel->farEnd()] { inherit(end); });
    m_process->start(ctlProgram(),
                     arguments + QStringList{QStringLiteral("--ask-fd"), QString::number(askNumber)});
    channel->handedOver();
    if (m_process != nullptr)
        Q_EMIT started(channel);
}

void CtlProcess::stop()
{
    QProcess* process = std::exchange(m_process, nullptr);
    if (process == nullptr)
        return;
    constexpr int patience = 1000;
    process->disconnect(this);
    process->terminate();
    if (!process->waitForFinished(patience))
        process->kill();
    process->deleteLater();
}

void CtlProcess::read()
{
    m_output += m_process->readAllStandardOutput();
    for (qsizetype end = m_output.indexOf('\n', m_told); end >= 0; end = m_output.indexOf('\n', m_told)) {
        const QByteArray line = m_output.mid(m_told, end - m_told);
        m_told = end + 1;
        Q_EMIT said(QString::fromUtf8(line));
    }
}

void CtlProcess::conclude()
{
    read();
    QProcess* process = std::exchange(m_process, nullptr);
    QString problem;
    if (process->error() == QProcess::FailedToStart)
        problem = process->errorString();
    else if (process->exitStatus() != QProcess::NormalExit)
        problem = tr("widthwisectl was ended from outside.");
    else if (process->exitCode() != 0)
        problem = QString::fromUtf8(process->readAllStandardError()).trimmed();
    const QString prefix = QStringLiteral("widthwisectl: ");
    if (problem.startsWith(prefix))
        problem = problem.mid(prefix.size());
    process->deleteLater();
    Q_EMIT finished(m_output, problem);
}

} // namespace widthwise::ui
