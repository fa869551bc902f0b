// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/session.h"

#include "app/ctl/overview.h"
#include "core/run/trainer_binary.h"
#include "core/site/staging.h"

#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <thread>

namespace widthwise::ctl {

namespace {

using namespace std::chrono_literals;

constexpr std::array endings{SIGINT, SIGTERM, SIGHUP};

std::atomic<Runner*> signalled = nullptr;
std::atomic<bool> wasSignalled = false;

void onSignal(int)
{
    wasSignalled = true;
    if (Runner* runner = signalled)
        runner->leave();
}

/// While it lives, the first signal lets the runner leave, and the second has its usual effect. What was
/// ignored (nohup) stays so.
class LeaveOnSignal {
public:
    explicit LeaveOnSignal(Runner& runner)
    {
        wasSignalled = false;
        signalled = &runner;
        struct sigaction action {};
        action.sa_handler = onSignal;
        action.sa_flags = static_cast<int>(SA_RESETHAND);
        for (std::size_t i = 0; i < endings.size(); ++i) {
            sigaction(endings[i], nullptr, &m_before[i]);
            if (m_before[i].sa_handler != SIG_IGN)
                sigaction(endings[i], &action, nullptr);
        }
    }
    ~LeaveOnSignal()
    {
        for (std::size_t i = 0; i < endings.size(); ++i)
            sigaction(endings[i], &m_before[i], nullptr);
        signalled = nullptr;
    }
    LeaveOnSignal(const LeaveOnSignal&) = delete;
    LeaveOnSignal& operator=(const LeaveOnSignal&) = delete;

private:
    std::array<struct sigaction, endings.size()> m_before{};
};

} // namespace

std::string driverText(Database& database, const ExperimentRecord& record)
{
    const std::optional<DriverInfo> driver = driverInfo(database, record.id);
    return driver ? "process " + std::to_string(driver->pid) + " on " + driver->host : "another process";
}

Session::Session(Database& database, const ExperimentRecord& record, SshPrompter* prompter)
    : m_experiment(experimentOf(record)), m_site(siteOf(m_experiment, record.baseDirectory)),
      m_access(openSite(m_site, database.file(), findTrainer(), prompter)),
      m_runner(runnerFor(database, record))
{
    if (m_site.isRemote()) // not before the lease is held: another driver's trials may be reading them
        stageFiles(*m_access.host, m_experiment, record.baseDirectory, stagingFolder(record));
}

std::string Session::stagingFolder(const ExperimentRecord& record) const
{
    return baseDirectoryOn(m_site, m_access.plan, record.name, record.created, record.baseDirectory);
}

std::unique_ptr<Runner> Session::runnerFor(Database& database, const ExperimentRecord& record)
{
    Runner::Options options{
        .storeFile = database.file(), .experiment = record.id, .trainer = m_access.plan.trainer};
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

bool Session::run(RunDisplay& display, const Until& until)
{
    m_runner->onProgress([&](const Driver& driver, const std::string& notice) {
        display.show({m_experiment, driver.state(), driver.trials(), currentTime(), notice});
        if (until && until(driver))
            m_runner->leave();
    });
    const LeaveOnSignal leaveOnSignal(*m_runner);
    m_runner->run();
    display.close();
    return !wasSignalled;
}

} // namespace widthwise::ctl
