// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/host/ssh/ssh_tunnel.h"

#include "core/host/host.h"

#include <libssh/libssh.h>

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace widthwise {

namespace {

constexpr std::size_t blockSize = 32768;

} // namespace

SshTunnel::SshTunnel(SshHandle via, const std::string& host, int port)
    : m_via(std::move(via)), m_channel(ssh_channel_new(m_via.get()))
{
    if (ssh_channel_open_forward(m_channel, host.c_str(), port, "127.0.0.1", 0) != SSH_OK)
        throw HostError("the jump cannot reach " + host + ":" + std::to_string(port) + ": " +
                        ssh_get_error(m_via.get()));
    ssh_set_blocking(m_via.get(), 0);

    std::array<int, 2> ends{};
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
        throw HostError("cannot make a pair of sockets");
    m_theirs = ends[0];
    m_ours = ends[1];
    fcntl(m_ours, F_SETFL, O_NONBLOCK);
    m_thread = std::thread([this] { carry(); });
}

SshTunnel::~SshTunnel()
{
    m_end = true;
    shutdown(m_ours, SHUT_RDWR);
    if (m_thread.joinable())
        m_thread.join();
    close(m_ours);
}

/// From the channel into the socket; false at the end.
bool SshTunnel::carryIn(std::string& waiting)
{
    while (waiting.size() < blockSize) {
        std::array<char, blockSize> block;
        const int count = ssh_channel_read_nonblocking(m_channel, block.data(), block.size(), 0);
        if (count <= 0)
            break;
        waiting.append(block.data(), static_cast<std::size_t>(count));
    }
    while (!waiting.empty()) {
        const ssize_t count = send(m_ours, waiting.data(), waiting.size(), MSG_NOSIGNAL);
        if (count < 0)
            return errno == EAGAIN || errno == EINTR;
        waiting.erase(0, static_cast<std::size_t>(count));
    }
    return ssh_is_connected(m_via.get()) != 0 && ssh_channel_is_eof(m_channel) == 0 &&
           ssh_channel_is_closed(m_channel) == 0;
}

/// From the socket into the channel; false at the end.
bool SshTunnel::carryOut(std::string& waiting)
{
    if (waiting.empty()) {
        waiting.resize(blockSize);
        const ssize_t count = recv(m_ours, waiting.data(), waiting.size(), 0);
        waiting.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
        if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR))
            return false;
    }
    if (!waiting.empty()) {
        const int count =
            ssh_channel_write(m_channel, waiting.data(), static_cast<std::uint32_t>(waiting.size()));
        if (count < 0 && count != SSH_AGAIN)
            return false;
        waiting.erase(0, static_cast<std::size_t>(std::max(0, count)));
    }
    return true;
}

void SshTunnel::carry()
{
    constexpr int timeout = 1000; // milliseconds
    std::string in;
    std::string out;
    while (!m_end && carryIn(in) && carryOut(out)) {
        const bool writing = (ssh_get_poll_flags(m_via.get()) & SSH_WRITE_PENDING) != 0;
        const auto events = [](bool read, bool write) {
            return static_cast<short>((read ? POLLIN : 0) | (write ? POLLOUT : 0));
        };
        std::array<pollfd, 2> files{
            {{.fd = ssh_get_fd(m_via.get()), .events = events(true, writing), .revents = 0},
             {.fd = m_ours, .events = events(out.empty(), !in.empty()), .revents = 0}}};
        poll(files.data(), files.size(), timeout);
    }
    shutdown(m_ours, SHUT_RDWR);
}

} // namespace widthwise
