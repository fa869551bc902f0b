// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/notice.h"
#include "core/space/configuration.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace widthwise {

/// Milliseconds since the Unix epoch, UTC.
using TimePoint = std::chrono::sys_time<std::chrono::milliseconds>;

enum class TrialState {
    Pending, ///< has a configuration, waits for its turn
    Queued,  ///< handed to the launcher, waits for a slot or in the cluster's queue
    Running,
    Paused,    ///< stopped with a checkpoint, will go on
    Completed, ///< ended by itself with a value
    Stopped,   ///< ended early on request, by the scheduler, or by its time limit; its values count
    Failed,    ///< ended without a usable value; `reason` says why
    Diverged,  ///< its objective became NaN or infinite
    Cancelled, ///< never ran, and will not
};

std::string_view toText(TrialState state);
/// Throws std::invalid_argument for an unknown name.
TrialState trialStateFromText(std::string_view text);

/// True for Completed, Stopped, Failed, Diverged and Cancelled.
bool isFinal(TrialState state);
/// True for Queued and Running: its program has to end before the trial does.
bool isActive(TrialState state);

/// Who brought a trial into its state, or asks it to end.
enum class Agent {
    Program, ///< the trial's own
    Person,
    Scheduler,
    Experiment, ///< by its end
    Machine,    ///< lost, taken away, or unable to start it
};

std::string_view toText(Agent agent);
/// Throws std::invalid_argument for an unknown name.
Agent agentFromText(std::string_view text);

/// A trial is to end: the state that it takes once its program has ended (Paused, Stopped, Diverged or
/// Completed; Pending where it is to go on at once).
struct StopRequest {
    TrialState becomes = TrialState::Stopped;
    TimePoint asked{};
    bool waits = false; ///< it may end by itself, and is not asked before that time
    bool operator==(const StopRequest&) const = default;
};

/// One trial as the store keeps it and everyone shows it.
struct Trial {
    int number = 0; ///< 0, 1, 2, … in order of creation within its experiment
    Configuration configuration;
    TrialState state = TrialState::Pending;
    int attempt = 1;                 ///< counts from 1; a retry or a continuation is a new attempt
    int interruptions = 0;           ///< attempts in a row that its machine cut short without a new step
    bool continues = false;          ///< this attempt goes on from the checkpoint of the one before
    std::optional<StopRequest> stop; ///< set while its program still has to end
    Agent agent = Agent::Program;    ///< of its state; of the request to stop, while there is one

    int bracket = 0;                       ///< of the scheduler, in which it was started
    int rung = 0;                          ///< the one that it runs to, or has reached
    std::optional<std::int64_t> untilStep; ///< where it pauses by itself, at that rung
    /// The trial one rung below: whose configuration it has, where rungs are sizes, or from whose checkpoint
    /// it began with another one.
    std::optional<int> promotedFrom;
    std::optional<int> firstRung; ///< of one that began from a checkpoint: up to which it ran first

    std::optional<double> objective; ///< the value that counts (experiment.objective.value), finite
    std::optional<std::int64_t> objectiveStep;
    std::optional<std::int64_t> lastStep;

    TimePoint created{};
    std::optional<TimePoint> queued;
    std::optional<TimePoint> started; ///< of this attempt
    std::optional<TimePoint> finished;
    double secondsBefore = 0; ///< running time of earlier attempts, in seconds

    std::optional<std::int64_t> checkpointBytes; ///< what its checkpoint takes, as last measured
    bool checkpointDropped = false;              ///< nothing can need it: it is deleted, or is about to be

    std::string device;          ///< where it runs or ran, e.g. `cpu`, `cuda:1`
    std::string reason;          ///< why it is in this state, in plain words; empty where that is obvious
    std::vector<Notice> notices; ///< what befell its metrics, each kind once
    std::optional<std::int64_t> parent; ///< store id of the trial that its configuration came from

    bool operator==(const Trial&) const = default;
};

/// It has come to the step where it pauses by itself.
bool isAtRung(const Trial& trial);

/// Running time so far over all attempts.
std::chrono::duration<double> duration(const Trial& trial, TimePoint now);

enum class ExperimentState {
    Draft, ///< being designed; its text may have errors
    Ready, ///< not yet driven
    Running,
    Paused, ///< no new trials are started
    Completed,
    Stopped,
    Failed, ///< too many failed trials, or it cannot be driven at all
};

std::string_view toText(ExperimentState state);
ExperimentState experimentStateFromText(std::string_view text);
bool isFinal(ExperimentState state);

} // namespace widthwise
