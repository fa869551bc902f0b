// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/host/host.h"
#include "core/launch/launcher.h"
#include "core/launch/slurm/slurm_job.h"
#include "core/launch/slurm/slurm_script.h"
#include "core/launch/trial_directory.h"

#include <chrono>
#include <map>
#include <optional>

namespace widthwise {

/// Starts trials as jobs of SLURM: those that are known together as one array. The truth about a trial is its
/// status.json; the queue, looked at seldom and for all jobs at once, only explains why there is none yet or
/// will be none any more. A failed look changes nothing.
///
/// Never twice: each attempt's directory says under which name it was submitted before sbatch is called.
/// Where the answer of sbatch is lost, the queue is searched for that name before anything is submitted
/// again; and a wrapper that comes second finds the attempt claimed.
class SlurmLauncher final : public Launcher {
public:
    /// `host` is the login node, or this machine where it is one; it must outlive the launcher.
    SlurmLauncher(Host& host, SlurmSettings settings);

    void start(const LaunchRequest& request) override;
    void adopt(const LaunchRequest& request) override;
    void requestStop(int trial) override;
    void kill(int trial) override;
    std::vector<LaunchEvent> poll(std::chrono::milliseconds patience) override;
    std::string notice() const override { return m_notice; }

private:
    using SteadyTime = std::chrono::steady_clock::time_point;

    enum class Phase {
        Adopted,   ///< nothing known yet
        Waiting,   ///< to be submitted
        Unsure,    ///< sbatch was called, and its answer is lost
        Submitted, ///< in the queue
        Running,
    };
    struct Attempt {
        LaunchRequest request;
        Phase phase = Phase::Waiting;
        std::string name; ///< of its submission
        int task = 0;
        std::string job; ///< for scancel; empty where not known yet
        std::optional<TrialStatus> status;
        std::string noted;
        int absences = 0; ///< looks at the queue in a row that did not show it
        bool stopWanted = false;
        bool killWanted = false;
        bool stopAsked = false;
    };
    using Attempts = std::map<int, Attempt>;
    using Events = std::vector<LaunchEvent>;

    void look(Events& events);
    void readStatuses(Events& events);
    void readSubmission(Attempt& attempt, const std::optional<FileSlice>& submission);
    void hear(Attempts::iterator attempt, const TrialStatus& status, Events& events);
    void end(Attempts::iterator attempt, TrialExit exit, Events& events);
    void submitWaiting(Events& events);
    void submit(const std::vector<Attempts::iterator>& batch, Events& events);
    void carryOutWishes(Events& events);
    void lookAtQueue(Events& events);
    void rememberPast(std::map<std::pair<std::string, int>, SlurmJob>& jobs);
    void explain(Attempts::iterator attempt, const SlurmJob* job, Events& events);
    TrialExit exitOf(const SlurmJob& job);
    void missing(Attempts::iterator attempt, Events& events);

    Host& m_host;
    SlurmSettings m_settings;
    Attempts m_attempts; ///< by trial
    std::string m_notice;
    bool m_accounting = true; ///< until sacct says otherwise
    SteadyTime m_nextTurn{};
    SteadyTime m_nextLook{}; ///< at the queue
    SteadyTime m_nextTry{};  ///< to submit
};

} // namespace widthwise
