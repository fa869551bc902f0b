// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/session.h"

#include "core/run/trainer_binary.h"
#include "core/site/brought_files.h"
#include "core/site/staging.h"
#include "core/store/driver_lease.h"
#include "core/store/mirrors.h"

#include <chrono>
#include <thread>

namespace widthwise {

namespace {

using namespace std::chrono_literals;

const ExperimentRecord& unlessCopy(Database& database, const ExperimentRecord& record)
{
    if (const std::optional<Origin> origin = Mirrors(database).origin(record.id))
        throw StoreError(StoreError::Kind::Locked,
                         copyText(record.name, *origin) +
                             ", which is driven there; pause, resume, stop and retry are passed on to it");
    return record;
}

} // namespace

std::string driverText(Database& database, const ExperimentRecord& record)
{
    const std::optional<DriverInfo> driver = driverInfo(database, record.id);
    return driver ? "process " + std::to_string(driver->pid) + " on " + driver->host : "another process";
}

Session::Session(Database& database, const ExperimentRecord& record, SshPrompter* prompter)
    : m_experiment(experimentOf(unlessCopy(database, record))),
      m_site(siteOf(m_experiment, record.baseDirectory)),
      m_access(openSite(m_site, database.file(), findTrainer(), prompter)),
      m_runner(runnerFor(database, record))
{
    if (m_site.isRemote()) // not before the lease is held: another driver's trials may be reading them
        stageFiles(*m_access.host, filesOf(broughtFiles(m_experiment, record.baseDirectory)),
                   record.baseDirectory, stagingFolder(record));
}

std::string Session::stagingFolder(const ExperimentRecord& record) const
{
    return baseDirectoryOn(m_site, m_access.plan, record.name, record.created, record.baseDirectory);
}

std::unique_ptr<Runner> Session::runnerFor(Database& database, const ExperimentRecord& record)
{
    Runner::Options options{
        .storeFile = database.file(), .experiment = record.id, .trainer = m_access.plan.trainer};
    options.container = m_site.container;
    options.trials = m_access.plan.trials;
    options.mostTrials = m_site.mostTrials;
    if (m_site.isRemote()) {
        options.readPause = 800ms; // a line is to be on a watcher's screen within 2 s
        options.idlePause = m_site.slurm.pollInterval;
        options.baseDirectory = stagingFolder(record);
    }
    const auto patience = std::chrono::steady_clock::now() + 300ms;
    while (true) {
        try {
            return std::make_unique<Runner>(options, makeLauncher(m_site, *m_access.host, m_access.plan),
                                            *m_access.host, m_clock);
        } catch (const StoreError& error) {
            if (error.kind() != StoreError::Kind::Locked)
                throw;
            if (std::chrono::steady_clock::now() > patience)
                throw StoreError(error.kind(), record.name + " is driven already, by " +
                                                   driverText(database, record) + "; only one can drive it");
            std::this_thread::sleep_for(20ms);
        }
    }
}

} // namespace widthwise
