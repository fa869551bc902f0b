// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/launch/process_launcher.h"

#include "core/host/shell.h"
#include "core/launch/attempt_script.h"
#include "core/launch/exit_reason.h"
#include "core/launch/liveness.h"

#include <algorithm>
#include <exception>
#include <map>

namespace widthwise {

using namespace std::chrono_literals;
using SteadyClock = std::chrono::steady_clock;
using Phase = Attempt::Phase;

namespace {

constexpr auto commandDeadline = 60s;
/// How long a wrapper may take to write its first status; it then is lost. Generous: machines swap and file
/// servers hang.
constexpr auto startDeadline = 120s;
constexpr auto retryPause = 1s;
constexpr auto alivePause = 2s;
constexpr std::chrono::milliseconds longestWait = 1s;

} // namespace

ProcessLauncher::ProcessLauncher(Host& host, std::string prologue)
    : m_host(host), m_prologue(std::move(prologue)), m_slots(host.inventory()),
      m_attempts(host.link() ? PollBackoff(PollBackoff::often, 30s) : PollBackoff())
{
}

void ProcessLauncher::start(const LaunchRequest& request)
{
    m_attempts.add(request, Phase::Waiting);
}

void ProcessLauncher::adopt(const LaunchRequest& request)
{
    m_attempts.add(request, Phase::Adopted);
    m_isNews = true;
}

std::vector<LaunchEvent> ProcessLauncher::poll(std::chrono::milliseconds timeout)
{
    const auto deadline = SteadyClock::now() + timeout;
    for (;;) {
        try {
            look();
        } catch (const HostError& error) {
            m_notice = error.what();
            m_retryAt = SteadyClock::now() + retryPause;
        }
        if (m_attempts.hasEvents())
            return m_attempts.takeEvents();
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - SteadyClock::now());
        const bool isLast = left <= 0ms;
        m_isNews |= m_host.awaitRename(liveDirectories(), std::clamp(left, 0ms, longestWait));
        if (isLast || (!m_isNews && SteadyClock::now() >= deadline))
            return {};
    }
}

void ProcessLauncher::look()
{
    const bool isCheckDue = SteadyClock::now() >= m_checkAt;
    const bool due = (m_isNews || isCheckDue) && m_attempts.isLookDue();
    if (due) {
        readStatuses();
        m_isNews = false;
    }
    signalRunning();
    if (SteadyClock::now() >= m_retryAt) {
        startWaiting();
        m_notice.clear();
    }
    if (due && isCheckDue) {
        m_checkAt = SteadyClock::now() + alivePause;
        checkAlive();
    }
}

void ProcessLauncher::readStatuses()
{
    for (Process* process : m_attempts.readStatuses(m_host)) {
        if (process->slot)
            m_slots.release(*process->slot);
        process->slot = m_slots.takeOver(process->request.resources, process->status->device);
    }
    for (Process* process : m_attempts.in(Phase::Adopted))
        process->phase = Phase::Waiting; // it has no status: it never started
    for (Process* process : m_attempts.exited())
        end(*process, wasInterrupted(*process)
                          ? TrialExit{TrialExit::Kind::Interrupted,
                                      "it was told to end, as programs are where a machine shuts down"}
                          : exitOf(m_host, *process));
}

/// It ended on a SIGTERM that neither this launcher nor one before it had sent.
bool ProcessLauncher::wasInterrupted(const Process& process)
{
    if (!endedWhenTold(process))
        return false;
    const FileRequest control{pathOf(process.request, trial_file::control)};
    const auto slices = m_host.readFiles({&control, 1});
    return !slices.front() || !slices.front()->bytes.starts_with("stop");
}

void ProcessLauncher::end(Process& process, TrialExit exit)
{
    if (process.slot)
        m_slots.release(*process.slot);
    m_attempts.end(process, std::move(exit));
}

void ProcessLauncher::startWaiting()
{
    std::vector<Process*> prepared;
    std::exception_ptr problem;
    for (Process* process : m_attempts.in(Phase::Waiting)) {
        if (const std::string refusal = m_slots.refusal(process->request.resources); !refusal.empty()) {
            end(*process, {TrialExit::Kind::Unstarted, refusal});
            continue;
        }
        try {
            if (!prepare(*process))
                break;
            prepared.push_back(process);
        } catch (const HostError&) {
            problem = std::current_exception();
            break;
        }
    }
    if (!prepared.empty())
        launch(prepared);
    if (problem)
        std::rethrow_exception(problem);
}

void ProcessLauncher::launch(const std::vector<Process*>& prepared)
{
    std::vector<std::string> scripts;
    for (const Process* process : prepared)
        scripts.push_back(attemptScriptPath(process->request));
    try {
        m_host.start(scripts, commandDeadline);
    } catch (const HostError&) {
        for (Process* process : prepared) {
            m_slots.release(*process->slot);
            process->slot.reset();
            process->phase = Phase::Waiting;
        }
        throw;
    }
}

/// False where no slot is free.
bool ProcessLauncher::prepare(Process& process)
{
    const std::optional<Slot> slot = m_slots.take(process.request.resources);
    if (!slot)
        return false;
    LaunchRequest request = process.request;
    request.command = m_prologue + containedCommand(request);
    try {
        m_host.writeFile(pathOf(process.request, trial_file::config), process.request.config);
        m_host.writeFile(
            attemptScriptPath(process.request),
            attemptScript(request, slot->device(), {{"CUDA_VISIBLE_DEVICES", slot->visibleGpus()}}));
    } catch (const HostError&) {
        m_slots.release(*slot);
        throw;
    }
    process.slot = slot;
    process.phase = Phase::Asked;
    process.since = SteadyClock::now();
    return true;
}

void ProcessLauncher::signalRunning()
{
    std::string commands;
    std::vector<Process*> signalled;
    for (Process* process : m_attempts.wished()) {
        if (process->phase != Phase::Running)
            continue;
        if (process->stopWanted) {
            m_host.writeFile(pathOf(process->request, trial_file::control), "stop\n");
            commands += signalWrapper(*process->status, "TERM");
        }
        if (process->killWanted)
            commands += killProgram(*process->status, process->request.directory);
        signalled.push_back(process);
    }
    if (!commands.empty())
        m_host.run(commands, commandDeadline);
    for (Process* process : signalled) // not before: a wish must outlive a host that is out of reach
        process->stopWanted = process->killWanted = false;
}

void ProcessLauncher::checkAlive()
{
    for (Process* process : m_attempts.in(Phase::Asked))
        if (SteadyClock::now() - process->since > startDeadline)
            endLost(*process, "its wrapper did not report a start within two minutes");
    std::vector<TrialStatus> statuses;
    std::map<int, std::size_t> places;
    for (const Process* process : m_attempts.in(Phase::Running)) {
        places[process->request.trial] = statuses.size();
        statuses.push_back(*process->status);
    }
    const std::vector<std::string> losses = wrapperLosses(m_host, statuses);
    if (std::ranges::all_of(losses, [](const std::string& loss) { return loss.empty(); }))
        return;
    readStatuses(); // one that ended just now has left its last word since its status was read
    for (Process* process : m_attempts.in(Phase::Running)) {
        const auto place = places.find(process->request.trial);
        if (place != places.end() && !losses[place->second].empty())
            endLost(*process, losses[place->second]);
    }
}

/// Without a wrapper what the attempt started is left to us. It has not ended before that has.
void ProcessLauncher::endLost(Process& process, const std::string& loss)
{
    const std::int64_t program = process.status ? process.status->programPid : 0;
    const std::string command = endAttempt(process.request.directory, process.request.attempt, program);
    if (m_host.run(command, commandDeadline).exitCode == 0)
        end(process, {TrialExit::Kind::Lost, loss});
    else
        m_attempts.note(process, "waits for what it started to end: " + loss);
}

std::vector<std::string> ProcessLauncher::liveDirectories()
{
    std::vector<std::string> directories;
    for (const Process* process :
         m_attempts.where([](const Process& process) { return process.phase != Phase::Waiting; }))
        directories.push_back(process->request.directory);
    return directories;
}

} // namespace widthwise
