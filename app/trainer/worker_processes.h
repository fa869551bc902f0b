// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/parallel/worker_group.h"

#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <sys/types.h>
#include <thread>
#include <vector>

namespace widthwise::trainer {

/// The exit code of a worker that ends because another one was lost.
inline constexpr int lostAnother = 3;

/// Workers 1, 2, … of a trial, which worker 0 starts on its machine: this program once more, with the same
/// arguments. None outlives worker 0, whatever ends it. What they say on stderr comes out on its stderr.
class WorkerProcesses {
public:
    /// To be made before this process starts threads. Throws std::runtime_error.
    WorkerProcesses(const WorkerGroup& leader, const std::vector<std::string>& arguments);
    /// Ends those that still run.
    ~WorkerProcesses();
    WorkerProcesses(const WorkerProcesses&) = delete;
    WorkerProcesses& operator=(const WorkerProcesses&) = delete;

    /// Waits until all have ended. Throws WorkerLost where one did not end well.
    void finish();
    /// Which worker ended and why, if one does within two seconds; else empty.
    std::string loss();

private:
    struct Process {
        int rank = 0;
        pid_t pid = -1;
        int errors = -1;           ///< reads its stderr; −1: closed, and the process has ended
        int status = 0;            ///< of waitpid
        std::string begun = {};    ///< the line on stderr that has not ended yet
        std::string lastLine = {}; ///< the one before it that was not empty
    };

    void start(Process& process, const WorkerGroup& leader, const std::vector<std::string>& arguments);
    void watch();
    void read(Process& process);
    static void passOn(Process& process);
    bool allEnded() const;
    /// Also where the leader does not come to see it: the process ends at once.
    void endUnlessLeaderDoes();
    std::string describeLoss(bool consequencesToo) const;
    void killAll();

    std::vector<Process> m_processes;
    mutable std::mutex m_mutex; ///< of all below and of the processes
    std::condition_variable m_changed;
    bool m_leaderEnds = false;
    std::thread m_watcher;
};

/// The group that worker 0's environment gave to this process; none: nobody started it as a worker.
std::optional<WorkerGroup> inheritedWorkerGroup(int size);

} // namespace widthwise::trainer
