// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/command.h"
#include "core/experiment/experiment.h"
#include "core/experiment/rungs.h"
#include "core/experiment/trial.h"
#include "core/experiment/trial_exit.h"
#include "core/experiment/trial_index.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

namespace widthwise {

class FinalValues;

namespace event {
struct Started {
    int trial;
    std::string device;
};
/// One value of the objective metric; may be NaN or infinite.
struct Reported {
    int trial;
    std::int64_t step;
    double value;
};
/// What befell the trial's metrics so far, all of it.
struct Noticed {
    int trial;
    std::vector<Notice> notices;
};
/// Why a trial is as it is.
struct Noted {
    int trial;
    std::string text;
};
/// All reports of the trial come before it.
struct Exited {
    int trial;
    TrialExit exit;
};
/// What the trial's checkpoint takes on its disk; 0 where there is none.
struct Measured {
    int trial;
    std::int64_t bytes;
};
struct Commanded {
    Command command;
};
/// A person changed the experiment; see readChange.
struct Changed {
    Experiment experiment;
    std::shared_ptr<ExternalProgram> program = {}; ///< of an external search; is taken
};
/// Time passed; nothing else happened.
struct Ticked {};
} // namespace event
using Event = std::variant<event::Started, event::Reported, event::Noticed, event::Noted, event::Exited,
                           event::Measured, event::Commanded, event::Changed, event::Ticked>;

namespace action {
/// Record this trial as it is now. Always comes before the Launch that it belongs to.
struct Save {
    Trial trial;
};
/// Start the trial's current attempt; `fromCheckpoint` where it goes on from where it was.
struct Launch {
    int trial;
    bool fromCheckpoint;
};
/// Ask the trial to write a checkpoint and end; it will be heard of again as Exited.
struct RequestStop {
    int trial;
};
/// End the trial's processes now.
struct Kill {
    int trial;
};
/// Delete the trial's checkpoint: Trial::checkpointDropped is saved. What is left of it comes as Measured.
struct DropCheckpoint {
    int trial;
};
/// The experiment's state changed; `reason` in plain words.
struct SetState {
    ExperimentState state;
    std::string reason;
};
} // namespace action
using Action = std::variant<action::Save, action::Launch, action::RequestStop, action::Kill,
                            action::DropCheckpoint, action::SetState>;

/// Runs an experiment as a pure state machine: events in, actions out, no clock and no I/O. Time comes in
/// with each event. The driver is rebuilt after a crash from the trials and reports that the store holds:
/// every configuration is recorded (Save) before it is launched, and search algorithm and scheduler decide
/// from the history alone.
class Driver {
public:
    /// A trial that was asked to stop and has not ended after this time is killed. One that pauses by itself
    /// at a step may take as long to write its checkpoint before it is asked.
    static constexpr std::chrono::seconds stopGrace{60};
    /// A trial that was interrupted goes on from its checkpoint; one that this befell so many times in a row
    /// without a new step in between has failed.
    static constexpr int mostFruitlessAttempts = 3;

    /// `history`: all trials of the experiment, by number; those queued or running are taken over as such,
    /// and what became of them comes as events. `started`: when the experiment was first driven. `program`:
    /// for an external search. Throws std::invalid_argument where the experiment cannot be driven.
    Driver(Experiment experiment, ExperimentState state, std::vector<Trial> history, TimePoint started,
           ExternalProgram program = {});
    ~Driver();

    /// What a trial had reported before this driver was built, in the order of steps; nothing comes of it.
    /// Only a scheduler needs it: at the latest before it comes by a change.
    void recall(const event::Reported& report);
    /// The actions to carry out, in order. The first call should be a Ticked. Throws std::invalid_argument
    /// for a change to what cannot be driven, and then has changed nothing.
    std::vector<Action> handle(const Event& event, TimePoint now);

    ExperimentState state() const { return m_state; }
    const std::vector<Trial>& trials() const { return m_trials; }
    /// What a person should know: of a search that takes long, of what waits for a person, or of the
    /// scheduler's decisions; empty where there is nothing.
    std::string notice() const;
    /// Whether the search has been asked for a trial and has not answered yet: time passes, and it has.
    bool isThinking() const { return m_thinking.has_value(); }
    /// Running time of all attempts times the devices of a trial.
    double deviceHours(TimePoint now) const;
    /// Of the trials with a usable value; null where there is none.
    const Trial* best() const;
    /// Final state reached and nothing waiting or running any more.
    bool finished() const;

private:
    void takeUp(Experiment experiment, ExternalProgram program);
    PastTrial pastTrial(const Trial& trial) const;
    void place(Trial& trial);
    void settle(Trial& trial);
    bool pausedAtFormerRung(const Trial& trial) const;
    Trial* find(int trial);
    void record(const Trial& trial);
    /// Applies `change` to a trial, keeps the index and the history true, and saves the trial.
    template <class Change>
    void edit(Trial& trial, Change change);

    void on(const event::Started& started);
    void on(const event::Reported& reported);
    void on(const event::Noticed& noticed);
    void on(const event::Noted& noted);
    void on(const event::Exited& exited);
    void on(const event::Measured& measured);
    void on(const event::Commanded& commanded);
    void on(const event::Changed& changed);
    void on(const event::Ticked& ticked);

    void obey(Trial& trial, Command::Kind kind);
    void pause();
    void resume();
    void resumeAfterEnd(Trial& trial, bool failed);
    void stop();
    void pauseTrial(Trial& trial);
    void resumeTrial(Trial& trial);
    void stopTrial(Trial& trial);
    void retryTrial(Trial& trial);

    void carryOut(Trial& trial, const Judgement& judgement);
    void askToStop(Trial& trial, TrialState becomes, Agent agent, const std::string& reason);
    void askNow(Trial& trial, const std::string& why);
    bool noteStop(Trial& trial, StopRequest stop, Agent agent, const std::string& reason);
    void completeRun(Trial& trial);
    void finish(Trial& trial, TrialState state, Agent agent, const std::string& reason);
    void goOn(Trial& trial, const std::string& reason);
    void nextAttempt(Trial& trial, bool continues);
    void waitAtRung(Trial& trial, const std::string& reason);
    void setState(ExperimentState state, const std::string& reason);
    void endExperiment(ExperimentState state, const std::string& reason);

    void enforceDeadlines();
    void enforceBudget();
    void launchTrials();
    void launchTrial(Trial& trial);
    bool launchDue();
    bool addTrial(const StartTrial& start);
    Proposal proposal();
    void promote(const PromoteTrial& promotion);
    void copy(const CopyTrial& copy);
    void appendTrial(Configuration configuration, int bracket, int rung, std::optional<int> promotedFrom);
    bool mayAddTrials() const;
    void concludeSearch();
    void leaveBehind();
    void dropCheckpoints();

    Experiment m_experiment;
    ExperimentState m_state;
    std::vector<Trial> m_trials;
    TimePoint m_started;
    TimePoint m_now;
    TrialIndex m_index;
    std::optional<ScheduleLength> m_length;
    History m_history;
    std::unique_ptr<SearchAlgorithm> m_search;
    std::unique_ptr<Scheduler> m_scheduler;
    std::unique_ptr<FinalValues> m_finalValues; ///< null where there are no rungs, or nothing learns
    bool m_exhausted = false;                   ///< the search has no further configuration
    std::int64_t m_runLength = 0;               ///< the steps of a whole run; 0: not known
    std::optional<Thinking> m_thinking;         ///< what the search answered last
    std::set<int> m_unjudged; ///< trials that changed: their checkpoints may be needed no more
    std::set<int> m_spared;   ///< trials whose checkpoint is needed until another trial takes their place
    std::vector<Action> m_actions;
};

template <class Change>
void Driver::edit(Trial& trial, Change change)
{
    m_index.remove(trial);
    change(trial);
    m_index.add(trial);
    record(trial);
    m_unjudged.insert(trial.number);
    m_actions.emplace_back(action::Save{trial});
}

} // namespace widthwise
