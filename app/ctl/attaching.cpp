// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/attaching.h"

#include "app/ctl/subcommand.h"
#include "app/ctl/text.h"
#include "core/host/local_host.h"
#include "core/host/ssh/ssh_host.h"
#include "core/site/site.h"

#include <algorithm>

namespace widthwise::ctl {

namespace {

/// The colon between host and path; one of a URL is none.
std::size_t colonBeforePath(const std::string& text)
{
    for (std::size_t colon = text.find(':'); colon != std::string::npos; colon = text.find(':', colon + 1))
        if (const std::string path = text.substr(colon + 1);
            path.starts_with("~/") || (path.starts_with('/') && !path.starts_with("//")))
            return colon;
    return std::string::npos;
}

} // namespace

Remote remoteOf(const std::string& argument)
{
    const std::size_t colon = colonBeforePath(argument);
    Remote remote{.host = argument.substr(0, colon)};
    if (colon != std::string::npos)
        remote.file = argument.substr(colon + 1);
    else if (argument.find(':') != std::string::npos && !argument.starts_with("ssh://"))
        throw Failure(BadUsage, "expected HOST or HOST:/path/to/store.db, got \"" + argument + '"');
    const std::vector<std::string> sites = siteNames();
    if (remote.host != "local" && std::ranges::count(sites, remote.host) > 0) {
        const Site site = findSite(remote.host, {});
        remote.host = site.host;
        remote.sshConfig = site.sshConfig;
    }
    return remote;
}

std::string nameOf(const Remote& remote)
{
    return remote.file.empty() ? remote.host : remote.host + ':' + remote.file;
}

std::unique_ptr<Host> hostOf(const Remote& remote, SshPrompter* prompter)
{
    if (remote.host == "local")
        return std::make_unique<LocalHost>();
    auto host =
        std::make_unique<SshHost>(SshHost::Options{.name = remote.host, .configFile = remote.sshConfig});
    if (prompter != nullptr)
        host->connect(*prompter);
    return host;
}

std::string copiesText(Database& database, std::int64_t mirror)
{
    const auto origins = Mirrors(database).origins();
    const auto count = std::ranges::count_if(
        origins, [mirror](const auto& entry) { return entry.second.mirror.id == mirror; });
    return countText(count, "experiment");
}

} // namespace widthwise::ctl
