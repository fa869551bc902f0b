// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/host/ssh/ssh_session.h"

namespace widthwise {

/// Checks the connected server's key against known_hosts: one that is not there is shown to a person and then
/// added; one that changed is a hard stop. Throws HostError or PersonNeeded.
void checkHostKey(ssh_session_struct* session, const SshHop& hop, SshPrompter* prompter);

/// Tries what the server accepts: GSSAPI, agent, key files (with certificates beside them),
/// keyboard-interactive in as many rounds as it wants, password. Several may be needed. Throws HostError or
/// PersonNeeded, which say what was tried.
void logIn(ssh_session_struct* session, const SshHop& hop, const SshAccess& access);

} // namespace widthwise
