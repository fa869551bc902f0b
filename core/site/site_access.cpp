// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/site/site_access.h"

#include "core/host/local_host.h"
#include "core/host/ssh/ssh_host.h"
#include "core/launch/process_launcher.h"
#include "core/launch/slurm/slurm_launcher.h"

namespace widthwise {

namespace {

constexpr std::chrono::seconds connectDeadline{60};

std::unique_ptr<Host> connect(const Site& site, SshPrompter* prompter)
{
    auto host = std::make_unique<SshHost>(
        SshHost::Options{.name = site.host, .configFile = site.sshConfig, .jump = site.jump});
    if (prompter != nullptr)
        host->connect(*prompter);
    else
        host->run("true", connectDeadline);
    return host;
}

} // namespace

SiteAccess openSite(const Site& site, const std::string& storeFile, const std::string& trainer,
                    SshPrompter* prompter)
{
    std::unique_ptr<Host> host;
    if (site.isRemote())
        host = connect(site, prompter);
    else
        host = std::make_unique<LocalHost>();
    return {std::move(host), planOf(site, storeFile, trainer)};
}

std::unique_ptr<Launcher> makeLauncher(const Site& site, Host& host, const SitePlan& plan)
{
    if (site.scheduler == Site::Scheduler::None)
        return std::make_unique<ProcessLauncher>(host, site.slurm.prologue);
    return std::make_unique<SlurmLauncher>(host, slurmSettings(site, plan));
}

} // namespace widthwise
