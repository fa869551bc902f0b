// SPDX-License-Identifier: GPL-3.0-or-later
// What a Driver does when a person asks for something. A wish that does not fit the state is already
// fulfilled or has lost its object, and is passed over.
#include "core/experiment/driver.h"
#include "core/experiment/driver_words.h"

namespace widthwise {

void Driver::on(const event::Commanded& commanded)
{
    const Command& command = commanded.command;
    switch (command.kind) {
    case Command::Kind::Pause:
        return pause();
    case Command::Kind::Resume:
        return resume();
    case Command::Kind::Stop:
        return stop();
    default:
        if (Trial* trial = find(command.trial))
            obey(*trial, command.kind);
    }
}

void Driver::obey(Trial& trial, Command::Kind kind)
{
    switch (kind) {
    case Command::Kind::PauseTrial:
        return pauseTrial(trial);
    case Command::Kind::ResumeTrial:
        return resumeTrial(trial);
    case Command::Kind::StopTrial:
        return stopTrial(trial);
    case Command::Kind::RetryTrial:
        return retryTrial(trial);
    default:
        return;
    }
}

void Driver::pause()
{
    if (m_state == ExperimentState::Running)
        setState(ExperimentState::Paused, words::pausedByRequest);
}

/// One that had ended takes back what its end did to its trials.
void Driver::resume()
{
    if (m_state == ExperimentState::Running)
        return;
    const ExperimentState before = m_state;
    setState(ExperimentState::Running, {});
    if (isFinal(before))
        for (Trial& trial : m_trials)
            resumeAfterEnd(trial, before == ExperimentState::Failed);
}

/// What was cancelled waits again, and what was stopped goes on from its checkpoint, also where it is still
/// being written; without one it stays as it is. After a failure, failed trials run again: with them the
/// experiment would fail at once.
void Driver::resumeAfterEnd(Trial& trial, bool failed)
{
    const bool withExperiment = trial.agent == Agent::Experiment;
    if (withExperiment && trial.state == TrialState::Stopped && isAtRung(trial))
        waitAtRung(trial, words::waitsAgain(trial));
    else if (trial.state == TrialState::Cancelled || (failed && trial.state == TrialState::Failed))
        nextAttempt(trial, false);
    else if (trial.state == TrialState::Stopped && withExperiment && !trial.checkpointDropped)
        nextAttempt(trial, true);
    else if (trial.stop && trial.stop->becomes == TrialState::Stopped && withExperiment)
        askToStop(trial, TrialState::Pending, Agent::Person, words::resumedAfterStop);
}

/// Asked a second time, it does not wait for the trials to end by themselves.
void Driver::stop()
{
    if (!isFinal(m_state))
        return endExperiment(ExperimentState::Stopped, words::stoppedByRequest);
    for (const int number : m_index.active())
        m_actions.emplace_back(action::Kill{number});
}

void Driver::pauseTrial(Trial& trial)
{
    const bool rests = trial.state == TrialState::Pending ||
                       (trial.state == TrialState::Paused && trial.agent == Agent::Scheduler);
    const bool isAsked = trial.stop && trial.stop->becomes != TrialState::Pending;
    const bool byScheduler =
        trial.agent == Agent::Scheduler && isAsked && trial.stop->becomes == TrialState::Paused;
    if (rests)
        finish(trial, TrialState::Paused, Agent::Person, words::pausedByRequest);
    else if (m_index.active().contains(trial.number) && (!isAsked || byScheduler))
        askToStop(trial, TrialState::Paused, Agent::Person, words::pausedByRequest);
}

/// What the scheduler paused waits for the scheduler.
void Driver::resumeTrial(Trial& trial)
{
    if (trial.agent == Agent::Scheduler)
        return;
    if (trial.state == TrialState::Paused && isAtRung(trial))
        waitAtRung(trial, words::waitsAgain(trial));
    else if (trial.state == TrialState::Paused)
        nextAttempt(trial, true);
    else if (trial.stop && trial.stop->becomes == TrialState::Paused && isAtRung(trial))
        askToStop(trial, TrialState::Paused, Agent::Scheduler, words::waitsAgain(trial));
    else if (trial.stop && trial.stop->becomes == TrialState::Paused)
        askToStop(trial, TrialState::Pending, Agent::Person, words::resumedByRequest);
}

/// Asked a second time, the trial is killed.
void Driver::stopTrial(Trial& trial)
{
    if (trial.state == TrialState::Pending || trial.state == TrialState::Paused) {
        const bool hasRun = trial.continues || trial.started;
        finish(trial, hasRun ? TrialState::Stopped : TrialState::Cancelled, Agent::Person,
               words::stoppedByRequest);
    } else if (trial.stop && trial.stop->becomes == TrialState::Stopped) {
        m_actions.emplace_back(action::Kill{trial.number});
    } else if (m_index.active().contains(trial.number)) {
        askToStop(trial, TrialState::Stopped, Agent::Person, words::stoppedByRequest);
    }
}

/// From its start, with its values forgotten. In an experiment that had been stopped or was complete only
/// this trial runs again; one that had failed goes on.
void Driver::retryTrial(Trial& trial)
{
    if (!isFinal(trial.state))
        return;
    edit(trial, [](Trial& t) { t.interruptions = 0; });
    nextAttempt(trial, false);
    if (m_state == ExperimentState::Failed)
        setState(ExperimentState::Running, {});
}

} // namespace widthwise
