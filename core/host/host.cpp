// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/host/host.h"

#include "core/host/shell.h"

namespace widthwise {

void Host::start(std::span<const std::string> scripts, std::chrono::milliseconds deadline)
{
    std::string commands;
    for (const std::string& script : scripts)
        commands += "setsid sh " + shellQuoted(script) + " </dev/null >/dev/null 2>&1 &\n";
    const CommandResult result = run(commands, deadline);
    if (result.exitCode != 0)
        throw HostError("cannot start scripts on " + name() + ": " + result.errors);
}

} // namespace widthwise
