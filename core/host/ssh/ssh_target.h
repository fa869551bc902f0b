// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/host/host.h"

#include <string>
#include <vector>

namespace widthwise {

/// One machine on the way to a host, as OpenSSH's client configuration describes it.
struct SshHop {
    std::string name; ///< what it was asked for by: an alias of the configuration, or a host name
    std::string host; ///< address or DNS name
    int port = 22;
    std::string user;
    std::vector<std::string> identityFiles;    ///< private keys, in the order to try
    std::vector<std::string> certificateFiles; ///< beside those named like a key with `-cert.pub`
    std::string agentSocket;                   ///< empty: no agent
    std::string knownHostsFile;                ///< that new hosts are added to
    std::string globalKnownHostsFile;
    std::string proxyCommand; ///< whose output and input take the place of a connection; empty: none
    bool gssapi = false;
    bool operator==(const SshHop&) const = default;
};

/// The machines to go through one after another; the last is the host itself.
struct SshTarget {
    std::vector<SshHop> hops;
    const SshHop& host() const { return hops.back(); }
    bool operator==(const SshTarget&) const = default;
};

/// What `ssh -G` of OpenSSH makes of `name` ("alias", "user@host") and of every ProxyJump on the way, so that
/// Match, Include, tokens and defaults mean what they mean to `ssh`. `configFile` stands in for the person's
/// and the system's; empty: those. `jump` is as for `ssh -J`; empty: what is configured. `local` is this
/// machine. Throws HostError.
SshTarget resolveSshTarget(Host& local, const std::string& name, const std::string& configFile = {},
                           const std::string& jump = {});

/// The hop in the output of `ssh -G`, and the ProxyJump in it (comma-separated; empty: none).
struct SshConfiguration {
    SshHop hop;
    std::string proxyJump;
};
SshConfiguration readSshConfiguration(const std::string& name, const std::string& output,
                                      const std::string& homeDirectory);

} // namespace widthwise
