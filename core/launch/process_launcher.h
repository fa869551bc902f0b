// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/host/host.h"
#include "core/launch/launcher.h"
#include "core/launch/slots.h"
#include "core/launch/trial_directory.h"

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace widthwise {

/// Starts trials as processes of the host itself, as many at a time as its CPUs and GPUs allow; the others
/// wait. Everything goes through the Host, so the machine may be this one or another.
class ProcessLauncher final : public Launcher {
public:
    /// Asks the host for its inventory. `host` must outlive the launcher.
    explicit ProcessLauncher(Host& host);

    void start(const LaunchRequest& request) override;
    void adopt(const LaunchRequest& request) override;
    void requestStop(int trial) override;
    void kill(int trial) override;
    std::vector<LaunchEvent> poll(std::chrono::milliseconds patience) override;
    std::string notice() const override { return m_notice; }

private:
    using SteadyTime = std::chrono::steady_clock::time_point;

    enum class Phase {
        Adopted,  ///< nothing known yet
        Waiting,  ///< for a slot
        Starting, ///< asked to start; its status has not appeared
        Running,
    };
    struct Attempt {
        LaunchRequest request;
        Phase phase = Phase::Waiting;
        std::optional<Slot> slot;
        std::optional<TrialStatus> status;
        SteadyTime since{}; ///< when Starting began
        bool stopWanted = false;
        bool killWanted = false;
    };
    using Attempts = std::map<int, Attempt>;

    void add(const LaunchRequest& request, Phase phase);
    /// Looks at status files, starts what can start, passes signals on.
    void look(std::vector<LaunchEvent>& events);
    void readStatuses(std::vector<LaunchEvent>& events);
    void hear(Attempts::iterator attempt, const TrialStatus& status, std::vector<LaunchEvent>& events);
    void end(Attempts::iterator attempt, TrialExit exit, std::vector<LaunchEvent>& events);
    void startWaiting(std::vector<LaunchEvent>& events);
    bool prepare(Attempt& attempt, std::string& commands);
    void launch(const std::string& commands, const std::vector<Attempts::iterator>& prepared);
    void signalRunning(std::vector<LaunchEvent>& events);
    void checkAlive(std::vector<LaunchEvent>& events);
    TrialExit exitOf(const Attempt& attempt);
    std::vector<std::string> liveDirectories() const;

    Host& m_host;
    Slots m_slots;
    Attempts m_attempts; ///< by trial
    std::string m_notice;
    SteadyTime m_retryAt{};
    SteadyTime m_checkAt{};
};

} // namespace widthwise
