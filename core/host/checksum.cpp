// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/host/checksum.h"

#include "core/host/shell.h"

namespace widthwise {

std::string sha256Of(Host& host, const std::string& path)
{
    const CommandResult result = host.run("sha256sum <" + shellQuoted(path), bulkDeadline);
    if (result.exitCode != 0)
        throw HostError("cannot read " + path + " on " + host.name() + ": " +
                        (result.timedOut ? "no end" : result.errors.substr(0, result.errors.find('\n'))));
    return result.output.substr(0, result.output.find(' '));
}

} // namespace widthwise
