// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/host/ssh/login_message.h"

namespace widthwise {

/// Asks over a socket at whose other end is a program with a person before it (login_message.h). Once that
/// end is gone nobody is asked: PersonNeeded. One who does not want to go on ends the login: HostError.
class PipePrompter final : public SshPrompter {
public:
    /// `socket` is not closed: the other end sees by it when this process ends. What this process starts does
    /// not inherit it.
    explicit PipePrompter(int socket);

    bool acceptHostKey(const HostKeyQuestion& question) override;
    std::optional<std::string> secret(const SecretQuestion& question) override;
    void loggedIn(const std::string& host) override;

private:
    LoginAnswer ask(const LoginMessage& question, const std::string& host);
    bool send(const LoginMessage& message) const;

    int m_socket;
};

} // namespace widthwise
