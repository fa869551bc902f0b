// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/host/ssh/ssh_handle.h"

#include <atomic>
#include <string>
#include <thread>

struct ssh_channel_struct;

namespace widthwise {

/// A jump: carries bytes between a local socket and `host`:`port` as `via` sees them, in a thread of its own.
/// (libssh's own ssh_connector stalls under load, and its ProxyJump needs the ssh program.)
class SshTunnel {
public:
    /// `via` is blocking, with its own time limit. Throws HostError where the jump does not get through.
    SshTunnel(SshHandle via, const std::string& host, int port);
    ~SshTunnel();
    SshTunnel(const SshTunnel&) = delete;
    SshTunnel& operator=(const SshTunnel&) = delete;

    /// The end for the next session, which closes it.
    int socket() const { return m_theirs; }

private:
    void carry();
    bool carryOut(std::string& waiting);
    bool carryIn(std::string& waiting);

    SshHandle m_via;
    ssh_channel_struct* m_channel; ///< freed with the session
    int m_theirs = -1;
    int m_ours = -1;
    std::atomic<bool> m_end = false;
    std::thread m_thread;
};

} // namespace widthwise
