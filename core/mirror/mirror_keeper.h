// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/host/host.h"
#include "core/mirror/mirror.h"
#include "core/store/file_lock.h"

#include <atomic>
#include <chrono>
#include <functional>
#include <future>
#include <string>

namespace widthwise {

/// Exchanges with a store elsewhere again and again: soon while somebody looks at a copy or asks something of
/// it, now and then otherwise, and after a pause that grows while the host is out of reach.
class MirrorKeeper {
public:
    struct Options {
        std::chrono::milliseconds soon{1'000};
        std::chrono::milliseconds later{30'000};
        std::chrono::milliseconds firstPause{1'000}; ///< doubles up to a minute
    };
    /// Called after each exchange. `problem` is why it failed, one sentence; empty where it did not.
    using Progress = std::function<void(const std::string& problem)>;

    /// Throws StoreError (Locked) where another process keeps these copies.
    MirrorKeeper(Database& database, const MirrorRecord& mirror, Host& host, const Options& options);

    void onProgress(Progress progress) { m_progress = std::move(progress); }
    /// Until leave() was called, or a person detached the mirror.
    void run();
    /// From any thread or signal handler.
    void leave() { m_leave = true; }

private:
    using SteadyTime = std::chrono::steady_clock::time_point;

    bool isDue();
    void begin();
    void finish();
    void beat();
    const std::string& told() const { return m_problem.empty() ? m_refusal : m_problem; }

    Database& m_database;
    Host& m_host;
    Remote m_remote;
    Options m_options;
    FileLock m_lock;
    Mirror m_mirror;
    Progress m_progress;
    std::atomic<bool> m_leave = false;

    std::future<CommandResult> m_underway;
    bool m_asks = false;  ///< it carries a person's commands
    SteadyTime m_last{};  ///< when the last exchange ended
    SteadyTime m_asked{}; ///< when commands were last passed on
    SteadyTime m_beatAt{};
    std::chrono::milliseconds m_pause{0}; ///< before the next try; 0 where the last succeeded
    std::string m_problem;
    std::string m_refusal; ///< why the other side does not do what was asked
};

} // namespace widthwise
