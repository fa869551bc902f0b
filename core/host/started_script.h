// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <sys/types.h>

namespace widthwise {

/// Starts a script as LocalHost::start says, with one process for it. Throws HostError where there is no room
/// for another process. Its id is to be waited for.
pid_t startScript(const std::string& path);

} // namespace widthwise
