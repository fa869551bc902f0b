// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/host/ssh/ssh_prompter.h"

#include <memory>

namespace widthwise::ctl {

class Invocation;

/// Who answers what a login asks: the program at the other end of --ask-fd, else the person at the terminal.
/// Null where there is neither. Throws Failure (BadUsage) where --ask-fd is no socket.
std::unique_ptr<SshPrompter> prompterFor(const Invocation& invocation);

} // namespace widthwise::ctl
