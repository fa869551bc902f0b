// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/launch/slurm/slurm_launcher.h"

#include "core/host/shell.h"
#include "core/launch/exit_reason.h"
#include "core/launch/slurm/slurm_arrays.h"
#include "core/launch/slurm/slurm_meaning.h"
#include "core/launch/slurm/slurm_pilots.h"

#include <algorithm>
#include <thread>

namespace widthwise {

using namespace std::chrono_literals;
using SteadyClock = std::chrono::steady_clock;
using Phase = Attempt::Phase;
using Exit = TrialExit::Kind;

namespace {

constexpr auto commandDeadline = 60s;
constexpr auto retryPause = 10s;
constexpr std::chrono::milliseconds turn = PollBackoff::often;
constexpr std::chrono::milliseconds gathering = 50ms; ///< trials that are started within it make one array
/// A job that has ended may have left its last word on a file server that takes its time; and a controller
/// that restarted may not know all jobs at once.
constexpr int believedAbsences = 3;
/// The wrapper leaves a heartbeat every 5 s; what has left none for so long is dead.
constexpr auto believedSilence = 20s;

std::unique_ptr<SlurmBackend> makeBackend(SlurmContext& context)
{
    if (context.settings.submit == SlurmSettings::Submit::Pilot)
        return std::make_unique<SlurmPilots>(context);
    return std::make_unique<SlurmArrays>(context);
}

} // namespace

SlurmLauncher::SlurmLauncher(Host& host, SlurmSettings settings)
    : m_context(host, std::move(settings)), m_backend(makeBackend(m_context))
{
}

void SlurmLauncher::start(const LaunchRequest& request)
{
    m_context.attempts.add(request, Phase::Waiting);
    m_nextTurn = SteadyClock::now() + gathering;
}

void SlurmLauncher::adopt(const LaunchRequest& request)
{
    m_context.attempts.add(request, Phase::Adopted);
    m_nextTurn = SteadyClock::now() + gathering;
}

void SlurmLauncher::requestStop(int trial)
{
    m_context.attempts.wishStop(trial);
    m_nextTurn = SteadyClock::now();
}

void SlurmLauncher::kill(int trial)
{
    m_context.attempts.wishKill(trial);
    m_nextTurn = SteadyClock::now();
}

std::vector<LaunchEvent> SlurmLauncher::poll(std::chrono::milliseconds timeout)
{
    const auto deadline = SteadyClock::now() + timeout;
    for (;;) {
        if (SteadyClock::now() >= m_nextTurn) {
            m_nextTurn = SteadyClock::now() + turn;
            try {
                look();
            } catch (const HostError& error) {
                m_notice = error.what();
                m_pausedUntil = SteadyClock::now() + retryPause;
            }
        }
        if (m_context.attempts.hasEvents() || SteadyClock::now() >= deadline)
            return m_context.attempts.takeEvents();
        std::this_thread::sleep_until(std::min(deadline, m_nextTurn));
    }
}

std::string SlurmLauncher::notice() const
{
    for (const std::string& notice : {m_notice, m_context.queue.notice()})
        if (!notice.empty())
            return notice;
    return m_context.submitter.notice();
}

void SlurmLauncher::release()
{
    try {
        m_backend->release();
    } catch (const HostError&) { // what is left ends by itself
    }
}

void SlurmLauncher::look()
{
    if (m_context.attempts.isLookDue())
        readStatuses();
    if (SteadyClock::now() < m_pausedUntil)
        return;
    m_notice.clear();
    if (const auto wished = m_context.attempts.wished(); !wished.empty())
        m_backend->carryOutWishes(wished);
    if (m_context.submitter.mayTry())
        m_backend->submit();
    const bool queued =
        !m_context.attempts.where([](const SlurmAttempt& attempt) { return attempt.phase != Phase::Waiting; })
             .empty();
    if (queued && m_context.queue.isDue()) {
        lookAtQueue();
        if (m_context.submitter.mayTry()) // what the queue has told may be what it waited for
            m_backend->submit();
    }
}

void SlurmLauncher::readStatuses()
{
    m_context.attempts.readStatuses(m_context.host);
    recallAdopted();
    readHeartbeats();
    for (SlurmAttempt* attempt : m_context.attempts.exited()) {
        if (!isInDoubt(*attempt))
            m_context.attempts.end(*attempt, widthwise::exitOf(m_context.host, *attempt));
        else if (!m_backend->hasJobForEach() || attempt->name.empty())
            m_context.attempts.end(*attempt, exitInDoubt(nullptr));
        else
            m_context.queue.lookSoon();
    }
}

/// Before any of them is judged: what ended in doubt is explained by its job.
void SlurmLauncher::recallAdopted()
{
    const auto isAdopted = [](const SlurmAttempt& attempt) {
        return attempt.phase == Phase::Adopted || (attempt.phase == Phase::Running && attempt.name.empty());
    };
    if (const auto adopted = m_context.attempts.where(isAdopted); !adopted.empty())
        m_backend->recall(adopted);
}

/// Clocks may differ: only that it changes counts.
void SlurmLauncher::readHeartbeats()
{
    for (SlurmAttempt* attempt : m_context.attempts.in(Phase::Running))
        if (const std::int64_t now = attempt->status->heartbeatAt; now != attempt->heartbeat) {
            attempt->heartbeat = now;
            attempt->silentFrom = SteadyClock::now() + believedSilence;
        }
}

/// It ended on SIGTERM, which was not our wish: near the time limit, preempted, or cancelled by somebody.
bool SlurmLauncher::isInDoubt(const SlurmAttempt& attempt) const
{
    return attempt.status && attempt.status->phase == TrialStatus::Phase::Exited && !attempt.stopAsked &&
           endedWhenTold(attempt);
}

TrialExit SlurmLauncher::exitInDoubt(const SlurmJob* job) const
{
    if (job && job->state != "COMPLETED")
        return {meaningOf(*job).exit, meaningOf(*job).text};
    return {Exit::Interrupted, "its job was told to end, as SLURM does near the time limit"};
}

void SlurmLauncher::lookAtQueue()
{
    m_backend->beforePoll();
    for (SlurmAttempt* attempt : m_context.attempts.in(Phase::Running))
        attempt->ranBefore = true;
    const auto hasJob = [](const SlurmAttempt& attempt) {
        return !attempt.name.empty() && (attempt.phase == Phase::Asked || attempt.phase == Phase::Running);
    };
    std::set<SlurmJobKey> ours;
    for (const SlurmAttempt* attempt : m_context.attempts.where(hasJob))
        ours.insert(attempt->key());
    const std::optional<SlurmJobs> jobs = m_context.queue.look(ours);
    if (!jobs)
        return;
    readStatuses(); // what has ended since was said before the queue was looked at
    m_backend->afterPoll(*jobs);
    for (SlurmAttempt* attempt : m_context.attempts.where(hasJob)) {
        const auto job = jobs->find(attempt->key());
        compare(*attempt, job == jobs->end() ? nullptr : &job->second);
    }
}

void SlurmLauncher::compare(SlurmAttempt& attempt, const SlurmJob* job)
{
    const SlurmMeaning meaning = job ? meaningOf(*job) : SlurmMeaning{};
    if (job)
        attempt.job = job->id;
    if (!job || meaning.phase == SlurmMeaning::Phase::Ended) {
        vanished(attempt, job);
        return;
    }
    if (meaning.phase == SlurmMeaning::Phase::Waiting && attempt.ranBefore) {
        putBack(attempt);
        return;
    }
    attempt.absences = 0;
    if (attempt.phase == Phase::Asked)
        m_context.attempts.note(attempt, m_context.queue.explain(*job));
}

/// Whether to believe the queue that it runs no more: it has said so itself, or has been silent for a while.
bool SlurmLauncher::isGone(SlurmAttempt& attempt)
{
    if (attempt.status && attempt.status->phase == TrialStatus::Phase::Exited)
        return true;
    return ++attempt.absences >= believedAbsences && SteadyClock::now() >= attempt.silentFrom;
}

/// Its job has run and waits again; were it to start once more, it would find the attempt claimed.
void SlurmLauncher::putBack(SlurmAttempt& attempt)
{
    if (!isGone(attempt)) {
        m_context.queue.lookSoon();
        return;
    }
    if (m_backend->hasJobForEach())
        m_context.host.run("scancel " + shellQuoted(attempt.job), commandDeadline);
    m_context.attempts.end(attempt, {Exit::Interrupted, "its job was put back into the queue"});
}

/// The job has ended, or neither the queue nor the accounting knows it.
void SlurmLauncher::vanished(SlurmAttempt& attempt, const SlurmJob* job)
{
    if (isInDoubt(attempt)) {
        m_context.attempts.end(attempt, exitInDoubt(job));
    } else if (!isGone(attempt)) {
        m_context.queue.lookSoon();
    } else if (job && attempt.stopAsked && !attempt.status) {
        m_context.attempts.endUnstarted(attempt);
    } else if (job) {
        m_context.attempts.end(attempt, exitOf(attempt, *job));
    } else if (attempt.phase == Phase::Asked && attempt.job.empty()) { // sbatch did not get through
        attempt.phase = Phase::Waiting;
        attempt.absences = 0;
    } else if (m_backend->hasJobForEach() && attempt.phase == Phase::Asked && !attempt.noted.empty()) {
        // Of a task that never ran SLURM may keep no record.
        m_context.attempts.end(attempt, {Exit::Lost, "its job was cancelled while it waited"});
    } else {
        m_context.attempts.end(attempt, {Exit::Interrupted, "its job is gone from the queue without a word"});
    }
}

/// What SLURM itself writes into a job's output may say more than its state.
TrialExit SlurmLauncher::exitOf(const SlurmAttempt& attempt, const SlurmJob& job)
{
    const SlurmMeaning meaning = meaningOf(job);
    const std::size_t task = job.id.find('_');
    const std::string file = m_context.settings.folder + '/' + job.name +
                             (task == std::string::npos ? "" : '-' + job.id.substr(task + 1)) + ".out";
    TrialExit exit{meaning.exit, meaning.text};
    if (job.state == "FAILED" && attempt.status)
        exit.reason = "its job was killed: by someone, or because memory ran out";
    if (const std::string known = complaintOf(readTail(m_context.host, file)); !known.empty())
        exit = {Exit::Failed, known};
    else if (!m_backend->hasJobForEach())
        exit.kind = Exit::Interrupted;
    exit.reason += job.nodes.empty() ? "" : " (" + job.nodes + ")";
    return exit;
}

} // namespace widthwise
