// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/launch/slurm/slurm_launcher.h"

#include "core/host/shell.h"
#include "core/launch/attempt_script.h"
#include "core/launch/exit_reason.h"

#include <algorithm>
#include <cstdio>
#include <random>
#include <sstream>
#include <thread>

namespace widthwise {

using namespace std::chrono_literals;
using SteadyClock = std::chrono::steady_clock;
using Exit = TrialExit::Kind;

namespace {

constexpr auto commandDeadline = 60s; ///< squeue itself gives up after 9 s where the controller is down
constexpr auto retryPause = 10s;
constexpr std::chrono::milliseconds turn = 1s;
constexpr std::chrono::milliseconds gathering = 50ms; ///< trials that are started within it make one array
constexpr std::int64_t outputTail = 8192;
constexpr std::size_t largestArray = 500; ///< MaxArraySize is 1001 unless a site sets it
/// A job that has ended may have left its last word on a file server that takes its time; and a controller
/// that restarted may not know all jobs at once.
constexpr int believedAbsences = 3;

std::string pathOf(const LaunchRequest& request, std::string_view file)
{
    return request.directory + '/' + std::string(file);
}

std::string submissionFile(const LaunchRequest& request)
{
    return request.directory + "/submission-" + std::to_string(request.attempt);
}

std::string freshName()
{
    std::random_device random;
    char text[32];
    std::snprintf(text, sizeof text, "widthwise-%08x%08x", random(), random());
    return text;
}

} // namespace

SlurmLauncher::SlurmLauncher(Host& host, SlurmSettings settings)
    : m_host(host), m_settings(std::move(settings))
{
}

void SlurmLauncher::start(const LaunchRequest& request)
{
    Attempt attempt;
    attempt.request = request;
    m_attempts.insert_or_assign(request.trial, std::move(attempt));
    m_nextTurn = SteadyClock::now() + gathering;
}

void SlurmLauncher::adopt(const LaunchRequest& request)
{
    start(request);
    m_attempts[request.trial].phase = Phase::Adopted;
}

void SlurmLauncher::requestStop(int trial)
{
    if (const auto found = m_attempts.find(trial); found != m_attempts.end())
        found->second.stopWanted = true;
    m_nextTurn = SteadyClock::now();
}

void SlurmLauncher::kill(int trial)
{
    if (const auto found = m_attempts.find(trial); found != m_attempts.end())
        found->second.killWanted = true;
    m_nextTurn = SteadyClock::now();
}

std::vector<LaunchEvent> SlurmLauncher::poll(std::chrono::milliseconds patience)
{
    const auto deadline = SteadyClock::now() + patience;
    Events events;
    for (;;) {
        if (SteadyClock::now() >= m_nextTurn) {
            m_nextTurn = SteadyClock::now() + turn;
            try {
                look(events);
            } catch (const HostError& error) {
                m_notice = error.what();
                m_nextTry = SteadyClock::now() + retryPause;
            }
        }
        if (!events.empty() || SteadyClock::now() >= deadline)
            return events;
        std::this_thread::sleep_until(std::min(deadline, m_nextTurn));
    }
}

void SlurmLauncher::look(Events& events)
{
    readStatuses(events);
    carryOutWishes(events);
    if (SteadyClock::now() >= m_nextTry)
        submitWaiting(events);
    const bool queued = std::ranges::any_of(
        m_attempts, [](const auto& entry) { return entry.second.phase != Phase::Waiting; });
    if (queued && SteadyClock::now() >= m_nextLook) {
        m_nextLook = SteadyClock::now() + m_settings.pollInterval;
        lookAtQueue(events);
    }
}

void SlurmLauncher::readStatuses(Events& events)
{
    std::vector<FileRequest> requests;
    std::vector<Attempts::iterator> asked;
    for (auto attempt = m_attempts.begin(); attempt != m_attempts.end(); ++attempt) {
        if (attempt->second.phase == Phase::Waiting)
            continue;
        requests.push_back({pathOf(attempt->second.request, trial_file::status)});
        asked.push_back(attempt);
    }
    const std::size_t statuses = requests.size();
    for (const Attempts::iterator attempt : asked)
        if (attempt->second.phase == Phase::Adopted)
            requests.push_back({submissionFile(attempt->second.request)});
    if (requests.empty())
        return;
    const auto slices = m_host.readFiles(requests);
    std::size_t submission = statuses;
    for (std::size_t i = 0; i < statuses; ++i) {
        Attempt& attempt = asked[i]->second;
        if (attempt.phase == Phase::Adopted)
            readSubmission(attempt, slices[submission++]);
        const auto status = slices[i] ? parseTrialStatus(slices[i]->bytes) : std::nullopt;
        if (status && status->attempt == attempt.request.attempt)
            hear(asked[i], *status, events);
    }
}

/// One that says nothing was never submitted; of one that does, the queue will tell.
void SlurmLauncher::readSubmission(Attempt& attempt, const std::optional<FileSlice>& submission)
{
    std::istringstream words(submission ? submission->bytes : "");
    attempt.phase = words >> attempt.name >> attempt.task ? Phase::Unsure : Phase::Waiting;
}

void SlurmLauncher::hear(Attempts::iterator attempt, const TrialStatus& status, Events& events)
{
    Attempt& heard = attempt->second;
    heard.status = status;
    if (heard.phase != Phase::Running) {
        heard.phase = Phase::Running;
        events.emplace_back(launch::Started{attempt->first, status.device});
        if (!heard.noted.empty())
            events.emplace_back(launch::Noted{attempt->first, {}});
    }
    if (status.phase != TrialStatus::Phase::Exited)
        return;
    if (status.exitCode == 0 && status.terminated && !heard.stopAsked) {
        end(attempt, {Exit::Interrupted, "its job came near its time limit"}, events);
    } else if (status.exitCode == 0) {
        end(attempt, {Exit::Succeeded, {}}, events);
    } else {
        const FileRequest tail{pathOf(heard.request, trial_file::output), -outputTail, outputTail};
        const auto output = m_host.readFiles({&tail, 1}).front();
        end(attempt, {Exit::Failed, exitReason(status.exitCode, output ? output->bytes : "")}, events);
    }
}

void SlurmLauncher::end(Attempts::iterator attempt, TrialExit exit, Events& events)
{
    events.emplace_back(launch::Exited{attempt->first, std::move(exit)});
    m_attempts.erase(attempt);
}

void SlurmLauncher::submitWaiting(Events& events)
{
    std::vector<Attempts::iterator> batch;
    for (auto attempt = m_attempts.begin(); attempt != m_attempts.end(); ++attempt)
        if (attempt->second.phase == Phase::Waiting && batch.size() < largestArray)
            batch.push_back(attempt);
    if (!batch.empty())
        submit(batch, events);
}

void SlurmLauncher::submit(const std::vector<Attempts::iterator>& batch, Events& events)
{
    const std::string name = freshName();
    std::vector<FileContents> files;
    std::vector<LaunchRequest> requests;
    for (const Attempts::iterator entry : batch) {
        Attempt& attempt = entry->second;
        attempt.name = name;
        attempt.task = static_cast<int>(requests.size());
        files.push_back({pathOf(attempt.request, trial_file::config), attempt.request.config});
        files.push_back({attemptScriptPath(attempt.request), attemptScript(attempt.request, {}, {})});
        files.push_back({submissionFile(attempt.request), name + ' ' + std::to_string(attempt.task) + '\n'});
        requests.push_back(attempt.request);
    }
    files.push_back({m_settings.folder + '/' + name + ".sbatch", slurmScript(m_settings, name, requests)});
    m_host.writeFiles(files);

    for (const Attempts::iterator entry : batch)
        entry->second.phase = Phase::Unsure;
    const CommandResult result =
        m_host.run("sbatch --parsable " + shellQuoted(files.back().path), commandDeadline);
    m_nextLook = std::min(m_nextLook, SteadyClock::now() + m_settings.pollInterval);
    const SlurmRefusal refusal = refusalOf(result.errors);
    if (result.exitCode == 0) {
        const std::string id = result.output.substr(0, result.output.find_first_of(";\n"));
        for (const Attempts::iterator entry : batch) {
            entry->second.phase = Phase::Submitted;
            entry->second.job = batch.size() > 1 ? id + '_' + std::to_string(entry->second.task) : id;
        }
        m_notice.clear();
    } else if (refusal.again || result.timedOut) {
        m_notice = refusal.text;
        m_nextTry = SteadyClock::now() + retryPause;
    } else {
        for (const Attempts::iterator entry : batch)
            end(entry, {Exit::Unstarted, refusal.text}, events);
    }
}

void SlurmLauncher::carryOutWishes(Events& events)
{
    std::string commands;
    std::vector<Attempt*> obeyed;
    for (auto next = m_attempts.begin(); next != m_attempts.end();) {
        const auto entry = next++;
        Attempt& attempt = entry->second;
        if (!attempt.stopWanted && !attempt.killWanted)
            continue;
        if (attempt.phase == Phase::Waiting) {
            end(entry, {Exit::Unstarted, "it was stopped before it started"}, events);
        } else if (!attempt.job.empty()) {
            const bool politely = attempt.phase == Phase::Running && !attempt.killWanted;
            if (politely)
                m_host.writeFile(pathOf(attempt.request, trial_file::control), "stop\n");
            commands +=
                (politely ? "scancel --batch --signal=TERM " : "scancel ") + shellQuoted(attempt.job) + "\n";
            obeyed.push_back(&attempt);
        }
    }
    if (commands.empty())
        return;
    m_host.run(commands, commandDeadline);
    for (Attempt* attempt : obeyed) { // not before: a wish must outlive a host that is out of reach
        attempt->stopWanted = attempt->killWanted = false;
        attempt->stopAsked = true;
    }
    m_nextLook = std::min(m_nextLook, SteadyClock::now() + turn);
}

void SlurmLauncher::lookAtQueue(Events& events)
{
    const CommandResult queue = m_host.run(squeueCommand, commandDeadline);
    if (queue.exitCode != 0) {
        m_notice = "SLURM does not answer, what is shown may be old: " + lastLine(queue.errors);
        return;
    }
    std::map<std::pair<std::string, int>, SlurmJob> jobs;
    for (SlurmJob& job : readSqueue(queue.output))
        jobs.insert_or_assign({job.name, job.task}, job);
    rememberPast(jobs);
    m_notice.clear();
    readStatuses(events); // what has ended since was said before the queue was looked at
    for (auto next = m_attempts.begin(); next != m_attempts.end();) {
        const auto attempt = next++;
        if (attempt->second.phase == Phase::Waiting || attempt->second.phase == Phase::Adopted)
            continue;
        const auto job = jobs.find({attempt->second.name, attempt->second.task});
        explain(attempt, job == jobs.end() ? nullptr : &job->second, events);
    }
}

/// Asks the accounting for what the queue has forgotten.
void SlurmLauncher::rememberPast(std::map<std::pair<std::string, int>, SlurmJob>& jobs)
{
    std::vector<std::string> forgotten;
    for (const auto& [trial, attempt] : m_attempts)
        if (!attempt.name.empty() && !jobs.contains({attempt.name, attempt.task}) &&
            std::ranges::find(forgotten, attempt.name) == forgotten.end())
            forgotten.push_back(attempt.name);
    if (forgotten.empty() || !m_accounting)
        return;
    const CommandResult past = m_host.run(sacctCommand(forgotten), commandDeadline);
    m_accounting = past.errors.find("accounting storage is disabled") == std::string::npos;
    for (SlurmJob& job : readSacct(past.output))
        jobs.try_emplace({job.name, job.task}, job);
}

void SlurmLauncher::explain(Attempts::iterator entry, const SlurmJob* job, Events& events)
{
    Attempt& attempt = entry->second;
    const SlurmMeaning meaning = job ? meaningOf(*job) : SlurmMeaning{};
    if (!job || meaning.phase == SlurmMeaning::Phase::Ended) {
        if (job)
            attempt.job = job->id;
        if (++attempt.absences < believedAbsences)
            m_nextLook = std::min(m_nextLook, SteadyClock::now() + turn);
        else if (job && attempt.stopAsked && !attempt.status)
            end(entry, {Exit::Unstarted, "it was stopped before it started"}, events);
        else if (job)
            end(entry, exitOf(*job), events);
        else
            missing(entry, events);
        return;
    }
    attempt.absences = 0;
    attempt.job = job->id;
    if (attempt.phase == Phase::Unsure)
        attempt.phase = Phase::Submitted;
    if (attempt.phase == Phase::Submitted && meaning.text != attempt.noted) {
        attempt.noted = meaning.text;
        events.emplace_back(launch::Noted{entry->first, meaning.text});
    }
}

/// What SLURM itself writes into a job's output may say more than its state.
TrialExit SlurmLauncher::exitOf(const SlurmJob& job)
{
    const SlurmMeaning meaning = meaningOf(job);
    const std::size_t task = job.id.find('_');
    const std::string file = m_settings.folder + '/' + job.name +
                             (task == std::string::npos ? "" : '-' + job.id.substr(task + 1)) + ".out";
    const FileRequest tail{file, -outputTail, outputTail};
    const auto output = m_host.readFiles({&tail, 1}).front();
    TrialExit exit{meaning.exit, meaning.text};
    if (const std::string known = complaintOf(output ? output->bytes : ""); !known.empty())
        exit = {Exit::Failed, known};
    exit.reason += job.nodes.empty() ? "" : " (" + job.nodes + ")";
    return exit;
}

/// Neither the queue nor the accounting knows it.
void SlurmLauncher::missing(Attempts::iterator entry, Events& events)
{
    Attempt& attempt = entry->second;
    attempt.absences = 0;
    if (attempt.phase == Phase::Unsure)
        attempt.phase = Phase::Waiting; // sbatch did not get through
    else
        end(entry, {Exit::Interrupted, "its job is gone from the queue without a word"}, events);
}

} // namespace widthwise
