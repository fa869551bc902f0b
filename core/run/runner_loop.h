// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/launch/launch_plan.h"
#include "core/run/checkpoint_files.h"
#include "core/run/heartbeat.h"
#include "core/run/metrics_reader.h"
#include "core/run/output_reader.h"
#include "core/run/runner.h"
#include "core/run/turn.h"
#include "core/store/driver_lease.h"
#include "core/store/experiments.h"
#include "core/store/watches.h"

#include <chrono>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace widthwise {

/// What run() of a Runner does, turn by turn: poll the launcher, read metrics, carry out commands, record,
/// launch.
class Runner::Loop {
public:
    Loop(Options options, std::unique_ptr<Launcher> launcher, Host& host, const Clock& clock,
         const std::atomic<bool>& leave);
    ~Loop();

    void onProgress(Progress progress) { m_progress = std::move(progress); }
    ExperimentState run();

private:
    using SteadyTime = std::chrono::steady_clock::time_point;

    /// A trial that runs, or has ended and is not read to its end yet.
    struct RunningTrial {
        MetricsReader reader;
        std::optional<TrialExit> exit;
        bool isNew = true; ///< no value of the objective has come of this attempt
    };

    /// A trial whose output is to be read.
    struct OutputRequest {
        int trial;
        bool whole; ///< all of its end, not what came since
    };

    void takeOver();
    void recallReportsFor(const Experiment& experiment);
    void oneTurn();
    void handleLaunchEvents(const std::vector<LaunchEvent>& events);
    void follow(int trial);
    void lookAtStore();
    void change(const std::string& text);
    ExternalProgram programOf(const Experiment& experiment) const;
    Experiment withinSite(Experiment experiment) const;
    void handle(const Event& event);
    bool record();
    void perform(std::vector<Action> actions);
    void launch(int trial);
    bool lacksTrainer();
    void tendCheckpoints();
    void reportProgress();
    std::string notice() const;
    void showProgress(const std::string& notice) const;
    TrialsPlace placeOfTrials() const;
    LaunchPlace placeOf(int trial) const;
    std::chrono::milliseconds pollTimeout() const;

    // runner_reading.cpp: what trials have written.
    void setWatches(std::vector<Watch> watches);
    bool isWatched() const;
    void read();
    std::chrono::milliseconds readPause() const;
    std::vector<OutputRequest> outputsToRead();
    void takeMetrics(std::span<const std::optional<FileSlice>> slices,
                     const std::vector<std::size_t>& counts);
    void takeOutputs(const std::vector<OutputRequest>& asked,
                     std::span<const std::optional<FileSlice>> slices);
    void report(int trial, RunningTrial& running);
    std::optional<Notice> whereItBegan(int trial, std::int64_t first);

    Options m_options;
    std::unique_ptr<Launcher> m_launcher;
    Host& m_host;
    const Clock& m_clock;
    const std::atomic<bool>& m_leave;
    Progress m_progress;

    Database m_database;
    ExperimentRecord m_record;
    Experiment m_experiment;
    DriverLease m_lease;
    std::map<int, std::int64_t> m_ids; ///< store ids by trial number
    std::unique_ptr<Driver> m_driver;

    std::map<int, RunningTrial> m_running; ///< by trial number
    std::optional<CheckpointFiles> m_checkpoints;
    std::map<int, OutputReader> m_outputs; ///< of those on another machine that were looked at
    std::vector<Watch> m_watches;
    Turn m_turn;
    std::vector<Event> m_inbox; ///< what came of the last turn's actions
    std::optional<std::int64_t> m_dataVersion;
    std::string m_storeNotice;
    std::string m_hostNotice;
    bool m_began = false;
    bool m_recalled = false;   ///< the driver knows what trials reported before it
    bool m_backlog = false;    ///< a metrics file holds more than one turn reads
    SteadyTime m_recordedAt{}; ///< when a turn last changed anything
    SteadyTime m_readAt{};
    SteadyTime m_measureAt{}; ///< the checkpoints of trials that run
    SteadyTime m_showAt{};
    std::optional<Heartbeat> m_heartbeat; ///< while it holds the lease
};

} // namespace widthwise
