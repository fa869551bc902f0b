// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/launch/slurm/slurm_script.h"

#include <string>
#include <string_view>
#include <vector>

namespace widthwise {

/// A place where trials run, as its file describes it (README, "Sites").
struct Site {
    enum class Scheduler { None, Slurm };

    std::string name = "local";
    std::string host = "local"; ///< as for `ssh`: an alias, a host, user@host; `local`: this machine
    std::string sshConfig;      ///< in place of the person's; empty: that
    Scheduler scheduler = Scheduler::None;
    std::string folder;  ///< absolute, on the host: where trials lie; empty: beside the store
    std::string trainer; ///< on the host; empty: this program's own, or the one in PATH there
    SlurmSettings slurm; ///< without `folder`

    bool isRemote() const { return host != "local"; }
};

/// Reads a site file's text. Throws ExperimentFileError with all of its problems.
Site parseSite(std::string_view yaml, const std::string& name);

/// `$XDG_CONFIG_HOME/widthwise/sites`, `~/.config/…` where that is unset.
std::string sitesFolder();
/// `local`, and the names of the files in sitesFolder().
std::vector<std::string> siteNames();

/// What an experiment means by `site`: `local`, a file (`*.yaml`, relative to `baseDirectory`), or the name
/// of one in sitesFolder(). Throws ExperimentFileError naming the file, or the sites that there are.
Site findSite(const std::string& site, const std::string& baseDirectory);

} // namespace widthwise
