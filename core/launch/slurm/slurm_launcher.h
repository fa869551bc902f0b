// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/launch/slurm/slurm_backend.h"

#include <chrono>
#include <memory>
#include <string>

namespace widthwise {

/// Starts trials as jobs of SLURM (SlurmArrays), or by workers that are jobs of SLURM (SlurmPilots). The
/// truth about a trial is its status.json; the queue, looked at seldom and for all jobs at once, only
/// explains why there is none yet or will be none any more. A failed look changes nothing.
///
/// What a cluster interrupts goes on from its checkpoint in a new attempt, never in the same: jobs are
/// submitted with --no-requeue, and where one is put back into the queue all the same, its attempt is over
/// and the wrapper that comes second finds it claimed. Nor does it begin while the old one may still run: a
/// trial whose node is lost to SLURM counts as running as long as its heartbeat goes on.
class SlurmLauncher final : public Launcher {
public:
    /// `host` is the login node, or this machine where it is one; it must outlive the launcher.
    SlurmLauncher(Host& host, SlurmSettings settings);

    void start(const LaunchRequest& request) override;
    void adopt(const LaunchRequest& request) override;
    void requestStop(int trial) override;
    void kill(int trial) override;
    std::vector<LaunchEvent> poll(std::chrono::milliseconds timeout) override;
    void setWatched(bool watched) override { m_context.attempts.setWatched(watched); }
    std::string notice() const override;
    void release() override;

private:
    using SteadyTime = std::chrono::steady_clock::time_point;

    void look();
    void readStatuses();
    void recallAdopted();
    void readHeartbeats();
    void lookAtQueue();
    void compare(SlurmAttempt& attempt, const SlurmJob* job);
    void putBack(SlurmAttempt& attempt);
    void vanished(SlurmAttempt& attempt, const SlurmJob* job);
    static bool isGone(SlurmAttempt& attempt);
    bool isInDoubt(const SlurmAttempt& attempt) const;
    TrialExit exitInDoubt(const SlurmJob* job) const;
    TrialExit exitOf(const SlurmAttempt& attempt, const SlurmJob& job);

    SlurmContext m_context;
    std::unique_ptr<SlurmBackend> m_backend;
    std::string m_notice;
    SteadyTime m_nextTurn{};
    SteadyTime m_pausedUntil{}; ///< after the host or SLURM was out of reach, only files are read
};

} // namespace widthwise
