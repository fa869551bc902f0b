// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mirror/remote_store.h"

#include "core/host/shell.h"

namespace widthwise {
namespace {

/// `~/` means the home folder there.
std::string quotedPath(const std::string& path)
{
    return path.starts_with("~/") ? "\"$HOME\"/" + shellQuoted(path.substr(2)) : shellQuoted(path);
}

/// The last line that is not empty.
std::string lastLine(std::string_view text)
{
    const std::size_t end = text.find_last_not_of(" \n");
    if (end == std::string_view::npos)
        return {};
    text = text.substr(0, end + 1);
    return std::string(text.substr(text.rfind('\n') + 1));
}

} // namespace

std::string exchangeCommandLine(const Remote& remote)
{
    // A shell without a login often lacks what the person's profile adds.
    std::string command = "PATH=\"$PATH:$HOME/.local/bin:$HOME/bin\"; export PATH; exec ";
    command += remote.program.empty() ? "widthwisectl" : quotedPath(remote.program);
    command += " exchange";
    if (!remote.file.empty())
        command += " --store " + quotedPath(remote.file);
    return command;
}

ExchangeAnswer answerOf(const CommandResult& result, const Remote& remote)
{
    constexpr int commandNotFound = 127;
    const std::string& host = remote.host;
    if (result.timedOut)
        throw ExchangeError("widthwisectl on " + host + " does not answer in time");
    if (result.exitCode == commandNotFound)
        throw ExchangeError("there is no " +
                            (remote.program.empty() ? std::string("widthwisectl in PATH") : remote.program) +
                            " on " + host + "; bring Widthwise there, or say with --program where it is");
    const std::string complaint = lastLine(result.errors);
    if (complaint.find("unknown command \"exchange\"") != std::string::npos)
        throw ExchangeError("widthwisectl on " + host +
                            " is older than the one here; bring the same version of Widthwise to both");
    if (result.exitCode != 0)
        throw ExchangeError(host + ": " +
                            (complaint.empty() ? "exit code " + std::to_string(result.exitCode) : complaint));
    return readAnswer(result.output, host);
}

} // namespace widthwise
