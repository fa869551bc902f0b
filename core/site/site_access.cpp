// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/site/site_access.h"

#include "core/host/local_host.h"
#include "core/host/ssh/ssh_host.h"
#include "core/launch/process_launcher.h"
#include "core/launch/slurm/slurm_launcher.h"
#include "core/store/database.h"

namespace widthwise {

namespace {

std::unique_ptr<Host> connect(const Site& site, SshPrompter* prompter)
{
    auto host = std::make_unique<SshHost>(SshHost::Options{.name = site.host, .configFile = site.sshConfig});
    if (prompter != nullptr)
        host->connect(*prompter);
    return host;
}

} // namespace

SiteAccess openSite(const Site& site, const std::string& storeFile, const std::string& trainer,
                    SshPrompter* prompter)
{
    SiteAccess access;
    access.trials = site.folder.empty() ? trialsDirectory(storeFile) : site.folder;
    access.trainer = site.trainer;
    if (site.isRemote()) {
        access.host = connect(site, prompter);
        if (access.trainer.empty())
            access.trainer = site.folder + "/bin/widthwise-trainer";
    } else {
        access.host = std::make_unique<LocalHost>();
        if (access.trainer.empty())
            access.trainer = trainer;
    }
    return access;
}

std::unique_ptr<Launcher> makeLauncher(const Site& site, Host& host, const std::string& trials)
{
    if (site.scheduler == Site::Scheduler::None)
        return std::make_unique<ProcessLauncher>(host);
    SlurmSettings settings = site.slurm;
    settings.folder = trials + "/jobs";
    return std::make_unique<SlurmLauncher>(host, settings);
}

} // namespace widthwise
