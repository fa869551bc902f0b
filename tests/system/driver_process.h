// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QProcess>
#include <csignal>
#include <string>

namespace widthwise {

/// A driver as a process of its own, which may be killed.
class DriverProcess {
public:
    DriverProcess(const QString& program, const QStringList& arguments)
    {
        m_process.setProcessChannelMode(QProcess::MergedChannels);
        m_process.setStandardInputFile(QProcess::nullDevice());
        m_process.start(program, arguments);
        m_process.waitForStarted();
    }

    qint64 pid() const { return m_process.processId(); }
    bool running() const { return m_process.state() == QProcess::Running; }
    void killNow()
    {
        ::kill(static_cast<pid_t>(m_process.processId()), SIGKILL);
        m_process.waitForFinished(10'000);
    }
    /// Its exit code, or -1 where it did not end by itself in this time.
    int wait(int milliseconds)
    {
        const bool ended = !running() || m_process.waitForFinished(milliseconds);
        return ended && m_process.exitStatus() == QProcess::NormalExit ? m_process.exitCode() : -1;
    }
    QByteArray output() { return m_process.readAll(); }

private:
    QProcess m_process;
};

} // namespace widthwise
