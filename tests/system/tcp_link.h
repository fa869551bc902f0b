// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTcpServer>
#include <QTcpSocket>

#include <utility>
#include <vector>

namespace widthwise {

/// A link to a port of loopback that can turn into a black hole: what is sent then arrives only once it is
/// restored, and nobody learns that the other end has gone. Works while an event loop runs.
class TcpLink : public QObject {
public:
    explicit TcpLink(quint16 to) : m_to(to)
    {
        m_server.listen(QHostAddress::LocalHost);
        connect(&m_server, &QTcpServer::newConnection, this, [this] {
            while (QTcpSocket* near = m_server.nextPendingConnection())
                join(near);
        });
    }

    quint16 port() const { return m_server.serverPort(); }

    void breakDown()
    {
        m_broken = true;
        m_server.pauseAccepting();
    }
    void restore()
    {
        m_broken = false;
        m_server.resumeAccepting();
        for (const auto& [from, to] : m_ways)
            carry(from, to);
    }

private:
    void join(QTcpSocket* near)
    {
        auto* const far = new QTcpSocket(near);
        far->connectToHost(QHostAddress::LocalHost, m_to);
        for (const auto& [from, to] : {std::pair(near, far), std::pair(far, near)}) {
            m_ways.emplace_back(from, to);
            connect(from, &QTcpSocket::readyRead, this, [this, from, to] { carry(from, to); });
            connect(from, &QTcpSocket::disconnected, this, [this, from, to] { carry(from, to); });
        }
    }
    void carry(QTcpSocket* from, QTcpSocket* to)
    {
        if (m_broken)
            return;
        to->write(from->readAll());
        if (from->state() == QTcpSocket::UnconnectedState)
            to->disconnectFromHost();
    }

    quint16 m_to;
    bool m_broken = false;
    QTcpServer m_server;
    std::vector<std::pair<QTcpSocket*, QTcpSocket*>> m_ways; ///< sockets are of m_server
};

} // namespace widthwise
