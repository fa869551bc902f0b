// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>

namespace widthwise::ctl {

/// `widthwisectl suggest --stdio`, driven over a pipe: a request with its reply at a time.
class Suggest {
public:
    static constexpr int patience = 60'000;

    Suggest()
    {
        m_process.start(QStringLiteral(WIDTHWISECTL), {QStringLiteral("suggest"), QStringLiteral("--stdio")});
    }
    ~Suggest()
    {
        m_process.closeWriteChannel(); // the end of its input ends it
        if (m_process.state() != QProcess::NotRunning && !m_process.waitForFinished(patience))
            qWarning("it does not end");
    }

    QByteArray line(const QByteArray& request)
    {
        m_process.write(request + '\n');
        while (!m_process.canReadLine())
            if (!m_process.waitForReadyRead(patience))
                return {};
        return m_process.readLine().trimmed();
    }
    QJsonObject operator()(const QByteArray& request)
    {
        return QJsonDocument::fromJson(line(request)).object();
    }
    QProcess& process() { return m_process; }

private:
    QProcess m_process;
};

} // namespace widthwise::ctl
