// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/experiment.h"
#include "core/experiment/trial_exit.h"

#include <chrono>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace widthwise {

/// Everything that is needed to start one attempt of a trial.
struct LaunchRequest {
    int trial = 0;
    int attempt = 1;
    bool continues = false;  ///< goes on from its checkpoint and appends to its files
    std::string directory;   ///< the trial directory, absolute, on the launcher's host
    std::string command;     ///< for `sh -c`, run in `directory`
    std::string container;   ///< a command that runs another in a container; empty: none
    int tasks = 1;           ///< that run the command at the same time; a multiple of the nodes
    std::string config;      ///< contents of config.json
    std::string startFrom;   ///< the folder of another trial's checkpoint, to begin from; empty: none
    std::string keep;        ///< a folder for the checkpoint at the end of the attempt; empty: none
    std::string metricsFile; ///< where the program writes its metrics, relative to `directory`
    std::vector<std::pair<std::string, std::string>> environment;
    Resources resources;
};

namespace launch {
struct Started {
    int trial;
    std::string device;
};
/// Why an attempt waits, for a person; empty where there is nothing to say any more.
struct Noted {
    int trial;
    std::string text;
};
/// The attempt's processes are gone and nothing more will be written.
struct Exited {
    int trial;
    TrialExit exit;
};
} // namespace launch
using LaunchEvent = std::variant<launch::Started, launch::Noted, launch::Exited>;

/// Starts trials somewhere and says what became of them. start, requestStop and kill return at once; what
/// comes of them is told by poll. Trials outlive their launcher: a new one takes them over with adopt.
class Launcher {
public:
    virtual ~Launcher() = default;

    virtual void start(const LaunchRequest& request) = 0;
    /// Takes over an attempt that an earlier launcher was asked to start: if it never started it is started
    /// now, once; if it runs or has ended, that is told by poll.
    virtual void adopt(const LaunchRequest& request) = 0;
    /// Writes `stop` into the trial's `control` and signals its program. One that has not started never will.
    virtual void requestStop(int trial) = 0;
    virtual void kill(int trial) = 0;

    /// What happened since the last call, for each attempt Started before Exited; waits up to `timeout` for
    /// something to happen.
    virtual std::vector<LaunchEvent> poll(std::chrono::milliseconds timeout) = 0;
    /// No trial will follow: what is kept ready for one may go.
    virtual void release() {}
    /// Whether a person looks on. While nobody does, a launcher on another machine may take its time to
    /// notice things.
    virtual void setWatched(bool /*watched*/) {}
    /// What keeps it from working now and is tried again (disk full, host out of reach); empty if nothing.
    virtual std::string notice() const = 0;
};

} // namespace widthwise
