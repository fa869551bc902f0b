// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/launch/process_launcher.h"

#include "core/host/shell.h"
#include "core/launch/attempt_script.h"
#include "core/launch/exit_reason.h"
#include "core/launch/liveness.h"

#include <algorithm>
#include <exception>

namespace widthwise {

using namespace std::chrono_literals;
using SteadyClock = std::chrono::steady_clock;

namespace {

constexpr auto commandDeadline = 60s;
/// How long a wrapper may take to write its first status; it then is lost. Generous: machines swap and file
/// servers hang.
constexpr auto startDeadline = 120s;
constexpr auto retryPause = 1s;
constexpr auto alivePause = 2s;
constexpr std::chrono::milliseconds longestWait = 1s;
constexpr std::int64_t outputTail = 8192;

std::string pathOf(const LaunchRequest& request, std::string_view file)
{
    return request.directory + '/' + std::string(file);
}

std::string startCommand(const LaunchRequest& request)
{
    return "setsid sh " + shellQuoted(attemptScriptPath(request)) + " </dev/null >/dev/null 2>&1 &\n";
}

} // namespace

ProcessLauncher::ProcessLauncher(Host& host) : m_host(host), m_slots(host.inventory()) {}

void ProcessLauncher::add(const LaunchRequest& request, Phase phase)
{
    Attempt attempt;
    attempt.request = request;
    attempt.phase = phase;
    m_attempts.insert_or_assign(request.trial, std::move(attempt));
}

void ProcessLauncher::start(const LaunchRequest& request)
{
    add(request, Phase::Waiting);
}

void ProcessLauncher::adopt(const LaunchRequest& request)
{
    add(request, Phase::Adopted);
}

void ProcessLauncher::requestStop(int trial)
{
    if (const auto found = m_attempts.find(trial); found != m_attempts.end())
        found->second.stopWanted = true;
}

void ProcessLauncher::kill(int trial)
{
    if (const auto found = m_attempts.find(trial); found != m_attempts.end())
        found->second.killWanted = true;
}

std::vector<LaunchEvent> ProcessLauncher::poll(std::chrono::milliseconds patience)
{
    const auto deadline = SteadyClock::now() + patience;
    std::vector<LaunchEvent> events;
    for (;;) {
        try {
            look(events);
        } catch (const HostError& error) {
            m_notice = error.what();
            m_retryAt = SteadyClock::now() + retryPause;
        }
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - SteadyClock::now());
        if (!events.empty() || left.count() <= 0)
            return events;
        m_host.awaitRename(liveDirectories(), std::min(left, longestWait));
    }
}

void ProcessLauncher::look(std::vector<LaunchEvent>& events)
{
    readStatuses(events);
    signalRunning(events);
    if (SteadyClock::now() >= m_retryAt) {
        startWaiting(events);
        m_notice.clear();
    }
    if (SteadyClock::now() >= m_checkAt) {
        m_checkAt = SteadyClock::now() + alivePause;
        checkAlive(events);
    }
}

void ProcessLauncher::readStatuses(std::vector<LaunchEvent>& events)
{
    std::vector<FileRequest> requests;
    std::vector<Attempts::iterator> asked;
    for (auto attempt = m_attempts.begin(); attempt != m_attempts.end(); ++attempt) {
        if (attempt->second.phase == Phase::Waiting)
            continue;
        requests.push_back({pathOf(attempt->second.request, trial_file::status)});
        asked.push_back(attempt);
    }
    const auto slices = m_host.readFiles(requests);
    for (std::size_t i = 0; i < asked.size(); ++i) {
        Attempt& attempt = asked[i]->second;
        const auto status = slices[i] ? parseTrialStatus(slices[i]->bytes) : std::nullopt;
        if (status && status->attempt == attempt.request.attempt)
            hear(asked[i], *status, events);
        else if (attempt.phase == Phase::Adopted)
            attempt.phase = Phase::Waiting;
    }
}

void ProcessLauncher::hear(Attempts::iterator attempt, const TrialStatus& status,
                           std::vector<LaunchEvent>& events)
{
    Attempt& heard = attempt->second;
    heard.status = status;
    if (heard.phase != Phase::Running) {
        if (heard.slot)
            m_slots.release(*heard.slot);
        heard.slot = m_slots.takeOver(heard.request.resources, status.device);
        heard.phase = Phase::Running;
        events.emplace_back(launch::Started{attempt->first, status.device});
    }
    if (status.phase == TrialStatus::Phase::Exited)
        end(attempt, exitOf(heard), events);
}

void ProcessLauncher::end(Attempts::iterator attempt, TrialExit exit, std::vector<LaunchEvent>& events)
{
    if (attempt->second.slot)
        m_slots.release(*attempt->second.slot);
    events.emplace_back(launch::Exited{attempt->first, std::move(exit)});
    m_attempts.erase(attempt);
}

TrialExit ProcessLauncher::exitOf(const Attempt& attempt)
{
    if (attempt.status->exitCode == 0)
        return {TrialExit::Kind::Succeeded, {}};
    const FileRequest tail{pathOf(attempt.request, trial_file::output), -outputTail, outputTail};
    const auto output = m_host.readFiles({&tail, 1}).front();
    return {TrialExit::Kind::Failed, exitReason(attempt.status->exitCode, output ? output->bytes : "")};
}

void ProcessLauncher::startWaiting(std::vector<LaunchEvent>& events)
{
    std::string commands;
    std::vector<Attempts::iterator> prepared;
    std::exception_ptr problem;
    for (auto next = m_attempts.begin(); next != m_attempts.end() && !problem;) {
        const auto attempt = next++;
        if (attempt->second.phase != Phase::Waiting)
            continue;
        if (const std::string refusal = m_slots.refusal(attempt->second.request.resources);
            !refusal.empty()) {
            end(attempt, {TrialExit::Kind::Unstarted, refusal}, events);
            continue;
        }
        try {
            if (!prepare(attempt->second, commands))
                break;
            prepared.push_back(attempt);
        } catch (const HostError&) {
            problem = std::current_exception();
        }
    }
    if (!prepared.empty())
        launch(commands, prepared);
    if (problem)
        std::rethrow_exception(problem);
}

void ProcessLauncher::launch(const std::string& commands, const std::vector<Attempts::iterator>& prepared)
{
    const CommandResult result = m_host.run(commands, commandDeadline);
    if (result.exitCode == 0)
        return;
    for (const Attempts::iterator attempt : prepared) {
        m_slots.release(*attempt->second.slot);
        attempt->second.slot.reset();
        attempt->second.phase = Phase::Waiting;
    }
    throw HostError("cannot start trials on " + m_host.name() + ": " + lastLine(result.errors));
}

/// False where no slot is free.
bool ProcessLauncher::prepare(Attempt& attempt, std::string& commands)
{
    const std::optional<Slot> slot = m_slots.take(attempt.request.resources);
    if (!slot)
        return false;
    try {
        m_host.writeFile(pathOf(attempt.request, trial_file::config), attempt.request.config);
        m_host.writeFile(
            attemptScriptPath(attempt.request),
            attemptScript(attempt.request, slot->device(), {{"CUDA_VISIBLE_DEVICES", slot->visibleGpus()}}));
    } catch (const HostError&) {
        m_slots.release(*slot);
        throw;
    }
    attempt.slot = slot;
    attempt.phase = Phase::Starting;
    attempt.since = SteadyClock::now();
    commands += startCommand(attempt.request);
    return true;
}

void ProcessLauncher::signalRunning(std::vector<LaunchEvent>& events)
{
    std::string commands;
    std::vector<Attempt*> signalled;
    for (auto next = m_attempts.begin(); next != m_attempts.end();) {
        const auto entry = next++;
        Attempt& attempt = entry->second;
        if (!attempt.stopWanted && !attempt.killWanted)
            continue;
        if (attempt.phase == Phase::Waiting) {
            end(entry, {TrialExit::Kind::Unstarted, "it was stopped before it started"}, events);
        } else if (attempt.phase == Phase::Running) {
            if (attempt.stopWanted) {
                m_host.writeFile(pathOf(attempt.request, trial_file::control), "stop\n");
                commands += signalWrapper(*attempt.status, "TERM");
            }
            if (attempt.killWanted)
                commands += killProgram(*attempt.status, attempt.request.directory);
            signalled.push_back(&attempt);
        }
    }
    if (!commands.empty())
        m_host.run(commands, commandDeadline);
    for (Attempt* attempt : signalled) // not before: a wish must outlive a host that is out of reach
        attempt->stopWanted = attempt->killWanted = false;
}

void ProcessLauncher::checkAlive(std::vector<LaunchEvent>& events)
{
    std::vector<TrialStatus> statuses;
    std::vector<int> trials;
    for (auto next = m_attempts.begin(); next != m_attempts.end();) {
        const auto entry = next++;
        const Attempt& attempt = entry->second;
        if (attempt.phase == Phase::Running) {
            statuses.push_back(*attempt.status);
            trials.push_back(entry->first);
        } else if (attempt.phase == Phase::Starting && SteadyClock::now() - attempt.since > startDeadline) {
            end(entry, {TrialExit::Kind::Lost, "its wrapper did not report a start within two minutes"},
                events);
        }
    }
    const std::vector<std::string> losses = wrapperLosses(m_host, statuses);
    if (std::all_of(losses.begin(), losses.end(), [](const std::string& loss) { return loss.empty(); }))
        return;
    readStatuses(events); // one that ended just now has left its last word since its status was read
    for (std::size_t i = 0; i < trials.size(); ++i) {
        const auto attempt = m_attempts.find(trials[i]);
        if (losses[i].empty() || attempt == m_attempts.end())
            continue;
        m_host.run(killProgram(statuses[i], attempt->second.request.directory), commandDeadline);
        end(attempt, {TrialExit::Kind::Lost, losses[i]}, events);
    }
}

std::vector<std::string> ProcessLauncher::liveDirectories() const
{
    std::vector<std::string> directories;
    for (const auto& [trial, attempt] : m_attempts)
        if (attempt.phase != Phase::Waiting)
            directories.push_back(attempt.request.directory);
    return directories;
}

} // namespace widthwise
