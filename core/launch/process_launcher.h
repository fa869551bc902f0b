// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/host/host.h"
#include "core/launch/attempts.h"
#include "core/launch/slots.h"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace widthwise {

/// Starts trials as processes of the host itself, as many at a time as its CPUs and GPUs allow; the others
/// wait. Everything goes through the Host, so the machine may be this one or another.
class ProcessLauncher final : public Launcher {
public:
    /// Asks the host for its inventory. `host` must outlive the launcher. `prologue`: shell lines before each
    /// trial.
    explicit ProcessLauncher(Host& host, std::string prologue = {});

    void start(const LaunchRequest& request) override;
    void adopt(const LaunchRequest& request) override;
    void requestStop(int trial) override { m_attempts.wishStop(trial); }
    void kill(int trial) override { m_attempts.wishKill(trial); }
    std::vector<LaunchEvent> poll(std::chrono::milliseconds timeout) override;
    void setWatched(bool watched) override { m_attempts.setWatched(watched); }
    std::string notice() const override { return m_notice; }

private:
    using SteadyTime = std::chrono::steady_clock::time_point;

    struct Process : Attempt {
        std::optional<Slot> slot;
        SteadyTime since{}; ///< when it was asked to start
    };

    /// Looks at status files, starts what can start, passes signals on.
    void look();
    void readStatuses();
    bool wasInterrupted(const Process& process);
    void end(Process& process, TrialExit exit);
    void endLost(Process& process, const std::string& loss);
    void startWaiting();
    bool prepare(Process& process);
    void launch(const std::vector<Process*>& prepared);
    void signalRunning();
    void checkAlive();
    std::vector<std::string> liveDirectories();

    Host& m_host;
    std::string m_prologue;
    Slots m_slots;
    Attempts<Process> m_attempts;
    std::string m_notice;
    bool m_isNews = true; ///< something may have been said since the last look
    SteadyTime m_retryAt{};
    SteadyTime m_checkAt{};
};

} // namespace widthwise
