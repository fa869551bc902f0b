// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/experiment_file.h"
#include "core/launch/slurm/slurm_script.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace widthwise {

/// A place where trials run, as its file describes it (README, "Sites").
struct Site {
    enum class Scheduler { None, Slurm };

    std::string name = "local";
    std::string host = "local"; ///< as for `ssh`: an alias, a host, user@host; `local`: this machine
    std::string jump;           ///< as for `ssh -J`; empty: what the SSH configuration says
    std::string sshConfig;      ///< in place of the person's; empty: that
    Scheduler scheduler = Scheduler::None;
    std::string folder;             ///< absolute, on the host: where trials lie; empty: beside the store
    std::string trainer;            ///< on the host; empty: this program's own, or the one in PATH there
    std::string container;          ///< a command that runs another, a trial's, in a container; empty: none
    std::optional<int> gpusPerNode; ///< so that what no node can give is refused before it is submitted
    std::optional<int> mostTrials;  ///< of one experiment that wait or run there at a time
    SlurmSettings slurm;            ///< without `folder`; its prologue also where there is no scheduler

    bool isRemote() const { return host != "local"; }
};

/// What could be read of a site file, and all of its problems in the order of the text. What has problems
/// keeps its default. Throws ExperimentFileError for text that is no YAML.
struct SiteReading {
    Site site;
    std::vector<FileProblem> problems;
};
SiteReading readSite(std::string_view yaml, const std::string& name);

/// The site's prologue as shell lines that print nothing.
std::string quietPrologue(const Site& site);

/// Reads a site file's text. Throws ExperimentFileError with all of its problems.
Site parseSite(std::string_view yaml, const std::string& name);

/// `$XDG_CONFIG_HOME/widthwise/sites`, `~/.config/…` where that is unset.
std::string sitesFolder();
/// `local`, and the names of the files in sitesFolder().
std::vector<std::string> siteNames();

/// What an experiment means by `site`: `local`, a file (`*.yaml`, relative to `baseDirectory`), or the name
/// of one in sitesFolder(). Throws ExperimentFileError naming the file, or the sites that there are.
Site findSite(const std::string& site, const std::string& baseDirectory);
/// The site of an experiment. Throws as findSite, and where no trial with the experiment's resources can run
/// there.
Site siteOf(const Experiment& experiment, const std::string& baseDirectory);

/// The path of the file of a site in sitesFolder().
std::string siteFile(const std::string& name);
/// Throws HostError where it cannot be written.
void writeSiteFile(const std::string& name, std::string_view yaml);
/// Why no site can be called so; empty where one can.
std::string refusalOfSiteName(const std::string& name);

} // namespace widthwise
