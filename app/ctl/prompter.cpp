// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/prompter.h"

#include "app/ctl/invocation.h"
#include "app/ctl/terminal_prompter.h"
#include "core/host/ssh/pipe_prompter.h"

#include <sys/stat.h>

namespace widthwise::ctl {

std::unique_ptr<SshPrompter> prompterFor(const Invocation& invocation)
{
    if (const std::optional<int> socket = invocation.number("ask-fd")) {
        struct stat file {};
        if (fstat(*socket, &file) != 0 || !S_ISSOCK(file.st_mode))
            throw Failure(BadUsage,
                          "--ask-fd takes the number of a socket that this process has inherited, got " +
                              std::to_string(*socket));
        return std::make_unique<PipePrompter>(*socket);
    }
    auto terminal = std::make_unique<TerminalPrompter>();
    if (terminal->canAsk())
        return terminal;
    return nullptr;
}

} // namespace widthwise::ctl
