// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QProcess>
#include <csignal>
#include <string>

namespace widthwise {

/// A driver as a process of its own, which may be killed.
class DriverProcess {
public:
    DriverProcess(const std::string& storeFile, std::int64_t experiment)
    {
        m_process.setProcessChannelMode(QProcess::MergedChannels);
        m_process.start(QStringLiteral(DRIVE_EXPERIMENT),
                        {QString::fromStdString(storeFile), QString::number(experiment)});
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
        if (!m_process.waitForFinished(milliseconds) || m_process.exitStatus() != QProcess::NormalExit)
            return -1;
        return m_process.exitCode();
    }
    QByteArray output() { return m_process.readAll(); }

private:
    QProcess m_process;
};

} // namespace widthwise
