// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/run/clock.h"
#include "core/run/runner.h"
#include "core/site/site.h"
#include "core/site/site_access.h"
#include "core/store/experiments.h"

#include <memory>
#include <string>

namespace widthwise {

/// "process 1234 on host": who drives the experiment, or did so last.
std::string driverText(Database& database, const ExperimentRecord& record);

/// This process as the driver of one experiment: its site, the way there, and the runner.
class Session {
public:
    /// Takes the experiment's lease. Throws StoreError (Locked) where it is a copy, or another driver has it
    /// and does not give it back within a moment: the system needs one to bury a driver that was killed. Then
    /// brings the experiment's files to its site. Throws HostError where that is out of reach. `prompter` may
    /// be null: see openSite.
    Session(Database& database, const ExperimentRecord& record, SshPrompter* prompter);

    const Experiment& experiment() const { return m_experiment; }
    Runner& runner() { return *m_runner; }

private:
    std::string stagingFolder(const ExperimentRecord& record) const;
    std::unique_ptr<Runner> runnerFor(Database& database, const ExperimentRecord& record);

    Experiment m_experiment;
    Site m_site;
    SiteAccess m_access;
    SystemClock m_clock;
    std::unique_ptr<Runner> m_runner;
};

} // namespace widthwise
