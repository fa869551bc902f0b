// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/driver.h"
#include "core/host/host.h"
#include "core/launch/launcher.h"
#include "core/run/clock.h"
#include "core/store/database.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace widthwise {

/// The imperative shell round a Driver: feeds it from launcher, trial directories and store, carries out its
/// actions, and records everything in the store. One experiment, one thread, and a second that says so.
///
/// Trials on another machine are read often only while somebody watches the experiment (see Watches): all of
/// their metrics and the output of the trials that are looked at, in one round trip. When such a trial ends,
/// the end of its output is read and kept.
class Runner {
public:
    struct Options {
        std::string storeFile;
        std::int64_t experiment = 0;
        std::string trainer;        ///< path of widthwise-trainer on the host; empty where there is none
        std::string container = {}; ///< as in LaunchRequest; the trainer may lie within
        std::string trials = {};    ///< below it lie trial directories, on the host; empty: beside the store
        std::string baseDirectory = {};     ///< on the host, in place of the experiment's own; empty: that
        std::optional<int> mostTrials = {}; ///< that wait or run at a time, where the experiment allows more
        std::chrono::milliseconds readPause{100}; ///< between two looks at the trials' metrics
        /// The same while nobody watches; empty: as long as that. At most 5 s where a scheduler decides on
        /// them.
        std::optional<std::chrono::milliseconds> idlePause = {};
    };
    /// Called from run() whenever something changed and about once a second, for a display of progress.
    /// `notice` is what a person should know: what keeps the driver from working now (disk full, store
    /// locked), or that a scheduler's rungs mislead; empty where there is nothing.
    using Progress = std::function<void(const Driver& driver, const std::string& notice)>;

    /// Takes the experiment's lease, and gives it back with the end of run(), or without having run. Throws
    /// StoreError, ExperimentFileError, or std::invalid_argument where the experiment cannot be driven.
    Runner(Options options, std::unique_ptr<Launcher> launcher, Host& host, const Clock& clock);
    ~Runner();

    void onProgress(Progress progress);
    /// Drives until the experiment has ended, or until leave() was called. Returns the experiment's state.
    ExperimentState run();
    /// From any thread or signal handler: end run() soon and let the trials go on by themselves.
    void leave() { m_leave = true; }

private:
    class Loop;
    std::atomic<bool> m_leave = false;
    std::unique_ptr<Loop> m_loop;
};

} // namespace widthwise
