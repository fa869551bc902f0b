// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/host/host.h"

namespace widthwise {

/// Runs `sh -c command` in a process group of its own, feeds it `input`, and collects what it writes until it
/// has ended and closed its output. Past the deadline the whole group is killed. Throws HostError where it
/// cannot start.
CommandResult runShell(const std::string& command, std::chrono::milliseconds deadline,
                       std::string_view input);

} // namespace widthwise
