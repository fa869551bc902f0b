// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/desktop_program.h"

#include "app/ctl/invocation.h"
#include "core/host/local_host.h"
#include "core/host/shell.h"

#include <filesystem>

#include <unistd.h>

namespace widthwise::ctl {

namespace fs = std::filesystem;

void drawFigure(const Invocation& invocation, const std::string& file, std::vector<std::string> arguments)
{
    const std::string program = fs::read_symlink("/proc/self/exe").parent_path() / "widthwise";
    if (access(program.c_str(), X_OK) != 0)
        throw Failure(Unsuccessful, "figures are drawn by the desktop program, and there is no " + program +
                                        "; --json has all numbers");
    arguments.insert(arguments.begin(),
                     {program, "--store", invocation.storeFile(), "--out", fs::absolute(file)});
    std::string command;
    for (const std::string& argument : arguments)
        command += shellQuoted(argument) + ' ';
    const CommandResult result = LocalHost().run(command, std::chrono::minutes(5));
    if (result.exitCode != 0)
        throw Failure(Unsuccessful, "the figure was not written: " +
                                        result.errors.substr(0, result.errors.find_last_not_of('\n') + 1));
}

} // namespace widthwise::ctl
