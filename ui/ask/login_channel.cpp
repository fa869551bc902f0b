// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/ask/login_channel.h"

#include "core/host/ssh/wipe.h"

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <stdexcept>

namespace widthwise::ui {

LoginChannel::LoginChannel(QString subject, QObject* parent) : QObject(parent), m_subject(std::move(subject))
{
    std::array<int, 2> ends{-1, -1};
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
        return; // nobody can be asked then, which the process says
    m_near = FileDescriptor(ends[0]);
    m_far = FileDescriptor(ends[1]);
    m_notifier.setSocket(m_near.number());
    m_notifier.setEnabled(true);
    connect(&m_notifier, &QSocketNotifier::activated, this, &LoginChannel::read);
}

void LoginChannel::answer(const LoginAnswer& answer)
{
    std::string line = answerLine(answer);
    const Wiped wiped(line);
    send(m_near.number(), line.data(), line.size(),
         MSG_NOSIGNAL); // where it fails, the end is seen by read()
}

void LoginChannel::read()
{
    std::array<char, 4096> bytes{};
    const ssize_t count = recv(m_near.number(), bytes.data(), bytes.size(), MSG_DONTWAIT);
    if (count < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (count <= 0) {
        m_notifier.setEnabled(false);
        Q_EMIT closed();
        return;
    }
    m_unread.append(bytes.data(), static_cast<std::size_t>(count));
    for (std::size_t end = 0; (end = m_unread.find('\n')) != std::string::npos;) {
        const std::string line = m_unread.substr(0, end);
        m_unread.erase(0, end + 1);
        try {
            Q_EMIT messageCame(readLoginLine(line));
        } catch (const std::invalid_argument&) {
            answer({}); // of another version, perhaps
        }
    }
}

} // namespace widthwise::ui
