// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/host/ssh/ssh_shell.h"

#include <libssh/libssh.h>

namespace widthwise {

namespace {

/// The login shell may be any, so no newline and no quote is within: the shell that takes its place reads its
/// command up to the mark, and leads a process group. A link that is lost meanwhile ends it with nothing run.
std::string waitingShell()
{
    const std::string mark(SshShell::mark);
    return "exec /bin/sh -c 'command=; newline=${IFS#??}; "
           "while IFS= read -r line && [ \"$line\" != " +
           mark + " ]; do command=$command$line$newline; done; [ \"$line\" = " + mark + " ] || exit; echo " +
           mark + "; echo " + mark +
           " $$ >&2; set -- \"$command\"; unset command line newline; eval \"shift; $1\"'";
}

} // namespace

SshShell::SshShell(ssh_session_struct* session) : m_channel(ssh_channel_new(session)) {}

SshShell::State SshShell::advance(bool& progressed)
{
    if (m_isReady)
        return State::Ready;
    if (!m_isOpen) {
        const int code = ssh_channel_open_session(channel());
        if (code == SSH_AGAIN)
            return State::Coming;
        progressed = true;
        if (code != SSH_OK)
            return State::Refused;
        m_isOpen = true;
    }
    const int code = ssh_channel_request_exec(channel(), waitingShell().c_str());
    if (code == SSH_AGAIN)
        return State::Coming;
    progressed = true;
    m_isReady = code == SSH_OK;
    if (m_isReady)
        return State::Ready;
    return ssh_is_connected(ssh_channel_get_session(channel())) != 0 ? State::Mute : State::Refused;
}

std::string SshShell::order(const std::string& command)
{
    return command + '\n' + std::string(mark) + '\n';
}

} // namespace widthwise
