// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <sys/types.h>
#include <vector>

namespace widthwise {

/// A program to be started in a session of its own, which outlives this process and has no terminal.
struct DetachedProcess {
    std::string program;                ///< its path
    std::vector<std::string> arguments; ///< the first is what it is called
    std::string errors = "/dev/null";   ///< file for its stderr, which is emptied
    int inherited = -1;                 ///< a descriptor of this process that it has as `inheritedNumber`
    static constexpr int inheritedNumber = 3;
};

/// Returns its process id; waitpid(2) tells when it has ended. Throws HostError where it cannot start.
pid_t startDetached(const DetachedProcess& process);

} // namespace widthwise
