// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/host/host.h"
#include "core/host/ssh/ssh_handle.h"
#include "core/host/ssh/ssh_prompter.h"
#include "core/host/ssh/ssh_target.h"

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

struct ssh_event_struct;

namespace widthwise {

class SshTunnel;

/// The server wants something that only a person can give, and none may be asked now.
class PersonNeeded : public HostError {
public:
    using HostError::HostError;
};

/// Passwords and passphrases that were right once, in memory, so that a lost link is taken up again without
/// asking again. One-time codes are never kept. For all of a host's connections, from any thread.
class SshSecrets {
public:
    SshSecrets() = default;
    ~SshSecrets();
    SshSecrets(const SshSecrets&) = delete;
    SshSecrets& operator=(const SshSecrets&) = delete;

    std::optional<std::string> find(const std::string& question) const;
    void keep(const std::string& question, const std::string& secret);

private:
    mutable std::mutex m_mutex;
    std::map<std::string, std::string> m_secrets;
};

struct SshAccess {
    std::chrono::milliseconds timeout{10'000}; ///< for each answer of the network
    SshPrompter* prompter = nullptr;           ///< null: ask nobody
    SshSecrets* secrets = nullptr;
};

/// An authenticated libssh session with a host, through all jumps on the way, in non-blocking mode.
class SshSession {
public:
    /// Connects, checks every host key against known_hosts, and logs in. Takes as long as people take to
    /// answer. Throws HostError in words for a person, PersonNeeded where `access.prompter` is null.
    SshSession(const SshTarget& target, const SshAccess& access);
    ~SshSession();
    SshSession(const SshSession&) = delete;
    SshSession& operator=(const SshSession&) = delete;

    ssh_session_struct* handle() const { return m_handle.get(); }
    /// What to poll(2), and for which events.
    int socket() const;
    short awaited() const;
    /// Takes in what the socket has brought, for all channels.
    void process();
    bool isConnected() const;
    /// The last thing that libssh complained of.
    std::string error() const;
    /// Since the network last brought a byte.
    std::chrono::milliseconds silence() const;

private:
    std::vector<std::unique_ptr<SshTunnel>> m_tunnels; ///< in the order of the jumps; outlive the session
    SshHandle m_handle;
    ssh_event_struct* m_event = nullptr;
    int m_socket = -1; ///< of the TCP connection to the first hop
};

} // namespace widthwise
