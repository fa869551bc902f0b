// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/host/ssh/ssh_prompter.h"

namespace widthwise::ctl {

/// Asks at the terminal; what is secret does not appear there.
class TerminalPrompter final : public SshPrompter {
public:
    TerminalPrompter();
    ~TerminalPrompter() override;
    TerminalPrompter(const TerminalPrompter&) = delete;
    TerminalPrompter& operator=(const TerminalPrompter&) = delete;

    /// False where nobody sits at a terminal.
    bool canAsk() const { return m_terminal >= 0; }
    bool acceptHostKey(const HostKeyQuestion& question) override;
    std::optional<std::string> secret(const SecretQuestion& question) override;

private:
    void say(const std::string& text) const;
    std::optional<std::string> line() const;

    int m_terminal;
};

} // namespace widthwise::ctl
