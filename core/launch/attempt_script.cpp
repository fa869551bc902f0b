// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/launch/attempt_script.h"

#include "core/host/shell.h"
#include "core/launch/quiet_shell.h"
#include "core/launch/wrapper_text.h"

namespace widthwise {

std::string standingBy(std::string_view script)
{
    return shellQuoted(std::string(standByText) + std::string(script));
}

std::string containedCommand(const LaunchRequest& request)
{
    const std::string command = withQuietShell(request.command);
    if (request.container.empty())
        return command;
    return withQuietShell(request.container + " sh -c " + standingBy(taskText) + " sh " +
                          shellQuoted("cd " + shellQuoted(request.directory) + " || exit\n" + command));
}

std::string attemptScriptPath(const LaunchRequest& request)
{
    return request.directory + "/launch-" + std::to_string(request.attempt) + ".sh";
}

std::string attemptScript(const LaunchRequest& request, const std::string& device,
                          const std::vector<std::pair<std::string, std::string>>& environment)
{
    std::string script = "#!/bin/sh\n";
    for (const auto* variables : {&request.environment, &environment})
        for (const auto& [name, value] : *variables)
            script += "export " + name + '=' + shellQuoted(value) + '\n';
    script += "attempt=" + std::to_string(request.attempt) + '\n';
    script += "continues=" + std::string(request.continues ? "1" : "") + '\n';
    script += "start_from=" + shellQuoted(request.startFrom) + '\n';
    script += "keep=" + shellQuoted(request.keep) + '\n';
    script += "device=" + shellQuoted(device) + '\n';
    script += "metrics_file=" + shellQuoted(request.metricsFile) + '\n';
    script += "command=" + shellQuoted(withQuietShell(request.command)) + "\n\n";
    for (const std::string_view part : {standByText, endingText, containText, wrapperText})
        script += part;
    return script;
}

} // namespace widthwise
