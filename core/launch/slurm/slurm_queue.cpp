// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/launch/slurm/slurm_queue.h"

#include "core/host/shell.h"
#include "core/launch/exit_reason.h"
#include "core/launch/slurm/slurm_meaning.h"

#include <algorithm>
#include <iterator>

namespace widthwise {

using namespace std::chrono_literals;

namespace {

constexpr auto commandDeadline = 60s; ///< squeue itself gives up after 9 s where the controller is down
constexpr std::chrono::milliseconds politePause = 10s;
constexpr std::chrono::milliseconds longestPause = 120s;
constexpr int patientLooks = 10; ///< without a change, before they become fewer

std::string ordinal(std::size_t number)
{
    const std::size_t teen = number % 100;
    const std::size_t last = teen >= 11 && teen <= 13 ? 0 : number % 10;
    return std::to_string(number) + (last == 1 ? "st" : last == 2 ? "nd" : last == 3 ? "rd" : "th");
}

} // namespace

SlurmQueue::SlurmQueue(Host& host, std::chrono::milliseconds interval)
    : m_host(host), m_interval(interval), m_pause(interval)
{
}

void SlurmQueue::lookSoon()
{
    m_sameLooks = 0;
    m_pause = m_interval;
    m_nextLook = std::min(m_nextLook, m_lastLook + std::min(m_interval, politePause));
}

std::optional<SlurmJobs> SlurmQueue::look(const std::set<SlurmJobKey>& ours)
{
    m_lastLook = SteadyClock::now();
    m_nextLook = m_lastLook + m_pause; // also where the host is out of reach
    const CommandResult queue = m_host.run(squeueCommand, commandDeadline);
    const bool answered = queue.exitCode == 0;
    SlurmJobs jobs;
    if (answered) {
        for (SlurmJob& job : readSqueue(queue.output))
            jobs.insert_or_assign({job.name, job.task}, job);
        rememberPast(jobs, ours);
        m_waiting.clear();
        m_notice.clear();
    } else {
        m_notice = "SLURM does not answer, what is shown may be old: " + lastLine(queue.errors);
    }
    SlurmJobs seen;
    std::ranges::copy_if(jobs, std::inserter(seen, seen.end()),
                         [&](const auto& entry) { return ours.contains(entry.first); });
    pace(answered, seen);
    return answered ? std::optional(std::move(jobs)) : std::nullopt;
}

void SlurmQueue::pace(bool answered, const SlurmJobs& jobs)
{
    if (answered) {
        m_sameLooks = jobs == m_seen ? m_sameLooks + 1 : 0;
        m_seen = jobs;
    }
    const bool rarely = !answered || m_sameLooks >= patientLooks;
    m_pause = rarely ? std::min(2 * m_pause, std::max(longestPause, m_interval)) : m_interval;
    m_nextLook = m_lastLook + m_pause;
}

/// Asks the accounting for what the queue has forgotten.
void SlurmQueue::rememberPast(SlurmJobs& jobs, const std::set<SlurmJobKey>& ours)
{
    std::set<std::string> forgotten;
    for (const SlurmJobKey& key : ours)
        if (!jobs.contains(key))
            forgotten.insert(key.first);
    if (forgotten.empty() || !m_accounting)
        return;
    const CommandResult past =
        m_host.run(sacctCommand({forgotten.begin(), forgotten.end()}), commandDeadline);
    m_accounting = past.errors.find("accounting storage is disabled") == std::string::npos;
    for (SlurmJob& job : readSacct(past.output))
        jobs.try_emplace({job.name, job.task}, job);
}

std::string SlurmQueue::explain(const SlurmJob& job)
{
    const SlurmMeaning meaning = meaningOf(job);
    if (meaning.phase != SlurmMeaning::Phase::Waiting)
        return meaning.text;
    if (meaning.neverRuns) {
        const std::string limits = job.reason.starts_with("Partition") ? limitsOf(job.partition) : "";
        return meaning.text + (limits.empty() ? "" : " (" + limits + ")");
    }
    const std::string place = placeOf(job);
    return meaning.text + (place.empty() ? "" : ": " + place) +
           (job.start.empty() ? "" : ", expected to start " + job.start);
}

/// Asked for once per look and partition, and only while something of ours waits there.
std::string SlurmQueue::placeOf(const SlurmJob& job)
{
    const auto [known, isNew] = m_waiting.try_emplace(job.partition);
    std::vector<std::string>& names = known->second;
    if (isNew) {
        const CommandResult waiting = m_host.run(waitingCommand(job.partition), commandDeadline);
        if (waiting.exitCode == 0)
            names = lines(waiting.output);
    }
    const auto place = std::ranges::find(names, job.name);
    if (place == names.end())
        return {};
    return ordinal(static_cast<std::size_t>(place - names.begin()) + 1) + " of " +
           std::to_string(names.size()) + " waiting in " + job.partition;
}

/// Asked for once per partition.
std::string SlurmQueue::limitsOf(const std::string& partition)
{
    const auto [known, isNew] = m_limits.try_emplace(partition);
    if (isNew) {
        const CommandResult limits = m_host.run(limitsCommand(partition), commandDeadline);
        known->second = limits.exitCode == 0 ? readLimits(partition, limits.output) : "";
    }
    return known->second;
}

} // namespace widthwise
