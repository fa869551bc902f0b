// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/host/ssh/ssh_handle.h"

#include <string>
#include <string_view>

namespace widthwise {

/// A shell on a host that waits for the one command it is to run, on a channel of its own in a non-blocking
/// session. Started ahead of its command it saves that all exchanges with the server but one, and the time
/// that a login shell takes to begin.
class SshShell {
public:
    enum class State {
        Coming,
        Ready,
        Refused, ///< the server opens no more channels now
        Mute     ///< the server runs no commands
    };
    /// Both output streams begin with a line that begins with it; what comes before is the login shell's. On
    /// stderr the process group follows.
    static constexpr std::string_view mark = "widthwise-begins";

    explicit SshShell(ssh_session_struct* session);

    /// Does what can be done without waiting; `progressed` where that was something.
    State advance(bool& progressed);
    bool isReady() const { return m_isReady; }
    ssh_channel_struct* channel() const { return m_channel.get(); }
    /// To be written to it: `command`, whose input may follow.
    static std::string order(const std::string& command);

private:
    SshChannel m_channel;
    bool m_isOpen = false;
    bool m_isReady = false;
};

} // namespace widthwise
