// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/site/site.h"
#include "core/site/site_access.h"
#include "core/site/trainer_bundle.h"

#include <functional>
#include <string>

namespace widthwise {

/// What a site has to say before a trainer is brought there.
struct DeploymentGround {
    std::string machine;         ///< as `uname -m` says
    std::string glibcVersion;    ///< empty: it has another C library
    std::uint64_t available = 0; ///< bytes in its folder; 0: not known
};

/// Why this machine's trainer cannot run there; empty where it can, if need be with its own C library.
std::string refusalOf(const TrainerBundle& bundle, const DeploymentGround& ground);
/// Whether the C library of the bundle has to come along.
bool needsLoader(const TrainerBundle& bundle, const DeploymentGround& ground);

/// Says what happens, a line at a time.
using DeploymentLog = std::function<void(const std::string& line)>;

/// Brings a trainer to `FOLDER/bin/widthwise-trainer` of a site: into a folder of its own below
/// `FOLDER/trainers`, tried there before the link is switched. Trials that run keep the trainer that they
/// have. One that is there already is not sent again. Returns the folder. Throws HostError.
class TrainerDeployment {
public:
    TrainerDeployment(const Site& site, Host& host, DeploymentLog log);

    /// This machine's trainer with its libraries.
    std::string bringBundle(const std::string& trainer);
    /// Builds the trainer there, with the site's compiler and LibTorch, from an archive of its sources. The
    /// site's prologue comes before.
    std::string build(const std::string& sourceArchive);

private:
    DeploymentGround ground();
    bool isThere(const std::string& version);
    void send(const std::string& archive, const std::string& folder);
    std::string finish(const std::string& version);

    const Site& m_site;
    Host& m_host;
    DeploymentLog m_log;
    std::string m_trainers; ///< FOLDER/trainers
};

/// The archive of the trainer's sources that is installed with this program; empty where there is none.
std::string findTrainerSource();

} // namespace widthwise
