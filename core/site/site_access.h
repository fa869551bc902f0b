// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/host/host.h"
#include "core/host/ssh/ssh_prompter.h"
#include "core/launch/launcher.h"
#include "core/site/site_plan.h"

#include <memory>
#include <string>

namespace widthwise {

/// The way to a site.
struct SiteAccess {
    std::unique_ptr<Host> host;
    SitePlan plan;
};

/// `trainer` is this machine's. A remote host is connected to at once; `prompter` answers what only a person
/// can, null: nobody is asked. Throws HostError where the host's name means nothing, or it is out of reach.
SiteAccess openSite(const Site& site, const std::string& storeFile, const std::string& trainer,
                    SshPrompter* prompter);

/// `host` must outlive the launcher.
std::unique_ptr<Launcher> makeLauncher(const Site& site, Host& host, const SitePlan& plan);

} // namespace widthwise
