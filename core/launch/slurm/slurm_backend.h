// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/host/host.h"
#include "core/launch/attempts.h"
#include "core/launch/slurm/slurm_queue.h"
#include "core/launch/slurm/slurm_script.h"
#include "core/launch/slurm/slurm_submitter.h"

#include <string>
#include <utility>
#include <vector>

namespace widthwise {

struct SlurmAttempt : Attempt {
    std::string name; ///< of the submission whose job runs it, or is to; empty where there is none yet
    int task = 0;
    std::string job;            ///< for scancel; empty: not known, and not certain that there is one
    int absences = 0;           ///< looks at the queue in a row that did not show it
    bool ranBefore = false;     ///< the last look at the queue
    std::int64_t heartbeat = 0; ///< the last that was seen
    std::chrono::steady_clock::time_point silentFrom{}; ///< until then it is fresh

    SlurmJobKey key() const { return {name, task}; }
};

/// What is known of one cluster and of the attempts that are to run on it.
struct SlurmContext {
    static constexpr std::chrono::milliseconds longestPauseHere{1000}; ///< on a node of the cluster itself

    SlurmContext(Host& itsHost, SlurmSettings itsSettings)
        : host(itsHost), settings(std::move(itsSettings)), queue(host, settings.pollInterval),
          submitter(host),
          attempts(PollBackoff(PollBackoff::often, host.link() ? settings.pollInterval : longestPauseHere))
    {
    }

    Host& host;
    SlurmSettings settings;
    SlurmQueue queue;
    SlurmSubmitter submitter;
    Attempts<SlurmAttempt> attempts;
};

/// How attempts come into jobs of SLURM. All may throw HostError, and are called again.
class SlurmBackend {
public:
    explicit SlurmBackend(SlurmContext& context) : m_context(context) {}
    virtual ~SlurmBackend() = default;
    SlurmBackend(const SlurmBackend&) = delete;
    SlurmBackend& operator=(const SlurmBackend&) = delete;

    /// Whether the end of an attempt is the end of its job.
    virtual bool hasJobForEach() const = 0;
    /// Finds out what an earlier launcher did for the adopted: each becomes Waiting or Asked.
    virtual void recall(const std::vector<SlurmAttempt*>& adopted) = 0;
    /// Gives to SLURM what waits.
    virtual void submit() = 0;
    /// Carries out the wishes of those that can be reached.
    virtual void carryOutWishes(const std::vector<SlurmAttempt*>& wished) = 0;
    /// Before and after a look at the queue.
    virtual void beforePoll() {}
    virtual void afterPoll(const SlurmJobs& /*jobs*/) {}
    /// No trial will follow.
    virtual void release() {}

protected:
    /// Runs commands that carry out the wishes of `obeyed`, which stand until SLURM has answered.
    void carryOut(const std::string& commands, const std::vector<SlurmAttempt*>& obeyed);

    SlurmContext& m_context;
};

} // namespace widthwise
