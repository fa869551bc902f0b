// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/host/host.h"
#include "core/launch/slurm/slurm_job.h"

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

namespace widthwise {

/// A job by the name of its submission and its index within it.
using SlurmJobKey = std::pair<std::string, int>;
using SlurmJobs = std::map<SlurmJobKey, SlurmJob>;

/// The queue of one cluster, which belongs to everybody: all jobs are asked for at once, seldom, and more
/// seldom (up to every two minutes) while SLURM does not answer or nothing changes.
class SlurmQueue {
public:
    SlurmQueue(Host& host, std::chrono::milliseconds interval);

    bool isDue() const { return SteadyClock::now() >= m_nextLook; }
    /// Between the last look and the next.
    std::chrono::milliseconds pause() const { return m_pause; }
    /// Something was done that the queue will show.
    void lookSoon();
    /// The user's jobs, and those of `ours` that the queue has forgotten and the accounting has not. Empty
    /// where SLURM does not answer, which means nothing but that: notice() tells.
    std::optional<SlurmJobs> look(const std::set<SlurmJobKey>& ours);
    std::string notice() const { return m_notice; }

    /// What its state means, and of one that waits its place in the queue and when it is expected to start,
    /// or the limit for which it never will.
    std::string explain(const SlurmJob& job);

private:
    using SteadyClock = std::chrono::steady_clock;

    void pace(bool answered, const SlurmJobs& jobs);
    void rememberPast(SlurmJobs& jobs, const std::set<SlurmJobKey>& ours);
    std::string placeOf(const SlurmJob& job);
    std::string limitsOf(const std::string& partition);

    Host& m_host;
    std::chrono::milliseconds m_interval;
    std::chrono::milliseconds m_pause;
    SteadyClock::time_point m_lastLook{};
    SteadyClock::time_point m_nextLook{};
    SlurmJobs m_seen; ///< of ours, at the last look
    int m_sameLooks = 0;
    bool m_accounting = true; ///< until sacct says otherwise
    std::string m_notice;
    std::map<std::string, std::vector<std::string>> m_waiting; ///< names by partition, since the last look
    std::map<std::string, std::string> m_limits;               ///< by partition
};

} // namespace widthwise
