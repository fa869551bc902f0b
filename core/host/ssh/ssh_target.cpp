// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/host/ssh/ssh_target.h"

#include "core/host/shell.h"
#include "core/system/home_directory.h"

#include <algorithm>
#include <cstdlib>
#include <sstream>

namespace widthwise {

namespace {

constexpr std::size_t mostHops = 8;

std::string withHome(std::string path, const std::string& home)
{
    if (path == "~" || path.starts_with("~/"))
        path.replace(0, 1, home);
    return path;
}

std::string environment(const char* name)
{
    const char* value = std::getenv(name);
    return value ? value : "";
}

/// `identityagent` of the configuration: a path, `none`, or the name of an environment variable.
std::string agentOf(const std::string& value, const std::string& home)
{
    if (value == "none")
        return {};
    if (value.empty() || value == "SSH_AUTH_SOCK")
        return environment("SSH_AUTH_SOCK");
    if (value.starts_with('$'))
        return environment(value.substr(value.starts_with("${") ? 2 : 1, value.find('}')).c_str());
    return withHome(value, home);
}

std::string firstWord(const std::string& text)
{
    return text.substr(0, text.find(' '));
}

/// `ssh -G` takes a port apart from the host in ssh:// form only.
std::string asDestination(const std::string& jump)
{
    const std::size_t colon = jump.rfind(':');
    const bool hasPort = colon != std::string::npos && jump.find(']', colon) == std::string::npos;
    return hasPort && !jump.starts_with("ssh://") ? "ssh://" + jump : jump;
}

SshConfiguration ask(Host& local, const std::string& name, const std::string& configFile,
                     const std::string& jump = {})
{
    const std::string from = (configFile.empty() ? "" : "-F " + shellQuoted(configFile) + " ") +
                             (jump.empty() ? "" : "-J " + shellQuoted(jump) + " ");
    constexpr std::chrono::seconds deadline{10};
    const CommandResult result =
        local.run("ssh -G " + from + "-- " + shellQuoted(asDestination(name)), deadline);
    if (result.exitCode == 127)
        throw HostError("the program ssh is missing here: apt-get install openssh-client");
    if (result.exitCode != 0 || result.timedOut)
        throw HostError("ssh -G cannot make out " + name + ": " +
                        (result.timedOut ? "no answer" : result.errors.substr(0, result.errors.find('\n'))));
    return readSshConfiguration(name, result.output, homeDirectory());
}

} // namespace

SshConfiguration readSshConfiguration(const std::string& name, const std::string& output,
                                      const std::string& homeDirectory)
{
    SshConfiguration found;
    SshHop& hop = found.hop;
    hop.name = name;
    std::string agent;
    std::istringstream lines(output);
    for (std::string line; std::getline(lines, line);) {
        const std::size_t space = line.find(' ');
        if (space == std::string::npos)
            continue;
        const std::string key = line.substr(0, space);
        const std::string value = line.substr(space + 1);
        if (key == "hostname")
            hop.host = value;
        else if (key == "port")
            hop.port = std::atoi(value.c_str());
        else if (key == "user")
            hop.user = value;
        else if (key == "identityfile")
            hop.identityFiles.push_back(withHome(value, homeDirectory));
        else if (key == "certificatefile")
            hop.certificateFiles.push_back(withHome(value, homeDirectory));
        else if (key == "identityagent")
            agent = value;
        else if (key == "userknownhostsfile")
            hop.knownHostsFile = withHome(firstWord(value), homeDirectory);
        else if (key == "globalknownhostsfile")
            hop.globalKnownHostsFile = firstWord(value);
        else if (key == "proxycommand" && value != "none")
            hop.proxyCommand = value;
        else if (key == "proxyjump" && value != "none")
            found.proxyJump = value;
        else if (key == "gssapiauthentication")
            hop.gssapi = value == "yes";
    }
    hop.agentSocket = agentOf(agent, homeDirectory);
    return found;
}

SshTarget resolveSshTarget(Host& local, const std::string& name, const std::string& configFile,
                           const std::string& jump)
{
    SshConfiguration last = ask(local, name, configFile, jump);
    SshTarget target{.hops = {last.hop}};
    // Only the first of several jumps may have a jump of its own configured: the others say where they come
    // from.
    while (!last.proxyJump.empty()) {
        std::vector<std::string> jumps;
        std::istringstream list(last.proxyJump);
        for (std::string hop; std::getline(list, hop, ',');)
            jumps.push_back(hop);
        if (target.hops.size() + jumps.size() > mostHops)
            throw HostError(name + ": more than " + std::to_string(mostHops) +
                            " jumps; ProxyJump seems to go round in circles");
        for (auto hop = jumps.rbegin(); hop != jumps.rend(); ++hop) {
            last = ask(local, *hop, configFile);
            target.hops.insert(target.hops.begin(), last.hop);
        }
    }
    return target;
}

} // namespace widthwise
