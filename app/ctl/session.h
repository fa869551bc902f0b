// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ctl/run_display.h"
#include "core/run/clock.h"
#include "core/run/runner.h"
#include "core/site/site_access.h"
#include "core/store/experiments.h"

#include <functional>
#include <memory>
#include <string>

namespace widthwise::ctl {

/// "process 1234 on host": who drives the experiment, or did so last.
std::string driverText(Database& database, const ExperimentRecord& record);

/// This process as the driver of one experiment.
class Session {
public:
    /// Takes the experiment's lease. Throws StoreError (Locked) where another driver has it, and does not
    /// give it back within a moment: the system needs one to bury a driver that was killed. Then brings the
    /// experiment's files to its site. Throws HostError where that is out of reach. `prompter` may be null:
    /// see openSite.
    Session(Database& database, const ExperimentRecord& record, SshPrompter* prompter);

    /// Tells whether enough is reached to leave the experiment to itself.
    using Until = std::function<bool(const Driver&)>;

    /// Drives until the experiment has ended, `until` holds, or SIGINT, SIGTERM or SIGHUP comes; false after
    /// a signal. A second signal ends the process.
    bool run(RunDisplay& display, const Until& until = {});

private:
    std::string stagingFolder(const ExperimentRecord& record) const;
    std::unique_ptr<Runner> runnerFor(Database& database, const ExperimentRecord& record);

    Experiment m_experiment;
    Site m_site;
    SiteAccess m_access;
    SystemClock m_clock;
    std::unique_ptr<Runner> m_runner;
};

} // namespace widthwise::ctl
