// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/host/ssh/ssh_session.h"

#include "core/host/ssh/ssh_login.h"
#include "core/host/ssh/ssh_tunnel.h"
#include "core/host/ssh/wipe.h"

#include <libssh/libssh.h>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

namespace widthwise {

namespace {

void setOption(ssh_session session, ssh_options_e option, const std::string& value)
{
    if (!value.empty())
        ssh_options_set(session, option, value.c_str());
}

/// `socket` < 0: over TCP. The configuration has been read by `ssh -G` already.
SshHandle prepare(const SshHop& hop, int socket, const SshAccess& access)
{
    SshHandle handle(ssh_new());
    ssh_session session = handle.get();
    const int off = 0;
    const int on = 1;
    ssh_options_set(session, SSH_OPTIONS_PROCESS_CONFIG, &off);
    setOption(session, SSH_OPTIONS_HOST, hop.host);
    ssh_options_set(session, SSH_OPTIONS_PORT, &hop.port);
    setOption(session, SSH_OPTIONS_USER, hop.user);
    setOption(session, SSH_OPTIONS_KNOWNHOSTS, hop.knownHostsFile);
    setOption(session, SSH_OPTIONS_GLOBAL_KNOWNHOSTS, hop.globalKnownHostsFile);
    setOption(session, SSH_OPTIONS_IDENTITY_AGENT, hop.agentSocket);
    setOption(session, SSH_OPTIONS_PROXYCOMMAND, hop.proxyCommand);
    ssh_options_set(session, SSH_OPTIONS_NODELAY, &on);
    const long microseconds = access.timeout.count() * 1000;
    ssh_options_set(session, SSH_OPTIONS_TIMEOUT_USEC, &microseconds);
    if (socket >= 0)
        ssh_options_set(session, SSH_OPTIONS_FD, &socket);
    return handle;
}

SshHandle connect(const SshHop& hop, int socket, const SshAccess& access)
{
    SshHandle handle = prepare(hop, socket, access);
    if (ssh_connect(handle.get()) != SSH_OK)
        throw HostError("cannot reach " + hop.host + " (port " + std::to_string(hop.port) +
                        "): " + ssh_get_error(handle.get()));
    checkHostKey(handle.get(), hop, access.prompter);
    logIn(handle.get(), hop, access);
    return handle;
}

} // namespace

SshSecrets::~SshSecrets()
{
    for (auto& [question, secret] : m_secrets)
        wipe(secret);
}

std::optional<std::string> SshSecrets::find(const std::string& question) const
{
    const std::lock_guard lock(m_mutex);
    const auto found = m_secrets.find(question);
    return found == m_secrets.end() ? std::nullopt : std::optional(found->second);
}

void SshSecrets::keep(const std::string& question, const std::string& secret)
{
    const std::lock_guard lock(m_mutex);
    m_secrets[question] = secret;
}

SshSession::SshSession(const SshTarget& target, const SshAccess& access)
{
    int socket = -1;
    for (const SshHop& hop : target.hops) {
        m_handle = connect(hop, socket, access);
        if (m_socket < 0)
            m_socket = ssh_get_fd(m_handle.get());
        if (&hop == &target.host())
            break;
        const SshHop& next = *(&hop + 1);
        m_tunnels.push_back(std::make_unique<SshTunnel>(std::move(m_handle), next.host, next.port));
        socket = m_tunnels.back()->socket();
    }
    // A link that went dead while something waits to be acknowledged is otherwise noticed after minutes.
    const auto timeout = static_cast<unsigned>(access.timeout.count() * 3 / 2);
    setsockopt(m_socket, IPPROTO_TCP, TCP_USER_TIMEOUT, &timeout, sizeof timeout);
    ssh_set_blocking(m_handle.get(), 0);
    m_event = ssh_event_new();
    ssh_event_add_session(m_event, m_handle.get());
}

SshSession::~SshSession()
{
    ssh_event_free(m_event);
    m_handle.reset();
    while (!m_tunnels.empty())
        m_tunnels.pop_back();
}

int SshSession::socket() const
{
    return ssh_get_fd(m_handle.get());
}

short SshSession::awaited() const
{
    const bool writing = (ssh_get_poll_flags(m_handle.get()) & SSH_WRITE_PENDING) != 0;
    return static_cast<short>(POLLIN | (writing ? POLLOUT : 0));
}

void SshSession::process()
{
    ssh_event_dopoll(m_event, 0);
}

bool SshSession::isConnected() const
{
    return ssh_is_connected(m_handle.get()) != 0;
}

std::string SshSession::error() const
{
    return ssh_get_error(m_handle.get());
}

std::chrono::milliseconds SshSession::silence() const
{
    tcp_info info{};
    socklen_t size = sizeof info;
    if (getsockopt(m_socket, IPPROTO_TCP, TCP_INFO, &info, &size) != 0)
        return {};
    return std::chrono::milliseconds(info.tcpi_last_data_recv);
}

} // namespace widthwise
