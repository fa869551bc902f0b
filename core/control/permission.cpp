// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/permission.h"

#include <stdexcept>

namespace widthwise {

namespace {

using Kind = Permission::Kind;

std::string is(std::string_view state)
{
    return "is " + std::string(state);
}

Permission needless(std::string_view state)
{
    return {Kind::Needless, is(state) + " already"};
}

bool isFresh(ExperimentState state)
{
    return state == ExperimentState::Draft || state == ExperimentState::Ready;
}

Permission mayStart(const Standing& standing)
{
    switch (standing.state) {
    case ExperimentState::Paused:
    case ExperimentState::Stopped:
    case ExperimentState::Failed:
        return {};
    case ExperimentState::Completed:
        if (standing.open() == 0)
            return {Kind::Needless, "is complete; it can be given more trials"};
        break;
    default:
        break;
    }
    return standing.driven ? needless(isFresh(standing.state) ? "being started" : "running") : Permission{};
}

Permission mayPause(const Standing& standing)
{
    if (standing.state == ExperimentState::Running)
        return {};
    if (standing.state == ExperimentState::Paused)
        return needless("paused");
    return {Kind::Refused, is(toText(standing.state)) + "; only a running experiment can be paused"};
}

Permission mayStop(const Standing& standing)
{
    if (isFresh(standing.state) && !standing.driven)
        return {Kind::Refused, is(toText(standing.state)) + "; only one that was started can be stopped"};
    if (isFinal(standing.state) && standing.open() == 0)
        return needless(toText(standing.state));
    return {};
}

Permission mayRetryFailed(const Standing& standing)
{
    if (standing.count(TrialState::Failed) == 0)
        return {Kind::Needless, "has no failed trials"};
    return {};
}

Permission mayAddTrials(const Standing& standing)
{
    if (standing.copy)
        return {Kind::Refused, "is a copy; it is given more trials where it is driven"};
    if (!isFinal(standing.state))
        return {Kind::Refused,
                is(toText(standing.state)) + "; only one that has ended can be given more trials"};
    if (standing.open() > 0)
        return {Kind::Refused, "still has trials under way; it can be given more once they have ended"};
    return {};
}

/// A draft's text is changed as it stands.
Permission mayChange(const Standing& standing)
{
    if (!isFresh(standing.state))
        return {};
    return {Kind::Refused, is(standing.driven ? "being started" : toText(standing.state)) +
                               (standing.driven ? "; it can be changed in a moment"
                                                : "; its own text can be edited, as it was not started yet")};
}

Permission mayRemove(const Standing& standing)
{
    if (standing.copy)
        return {}; // its trials go on where they are
    if (const int active = standing.active(); active > 0)
        return {Kind::Refused, "has " + std::to_string(active) + (active == 1 ? " trial" : " trials") +
                                   " under way; a stop ends them"};
    if (standing.driven)
        return {Kind::Refused, "is driven; it can be removed once it is stopped"};
    return {};
}

bool isBeing(const Trial& trial, TrialState becomes)
{
    return trial.stop && trial.stop->becomes == becomes;
}

Permission mayPauseTrial(const Trial& trial)
{
    if (isFinal(trial.state))
        return {Kind::Refused, is(toText(trial.state)) + "; only one that waits or runs can be paused"};
    if (trial.agent == Agent::Scheduler)
        return {};
    if (trial.state == TrialState::Paused)
        return needless("paused");
    if (isBeing(trial, TrialState::Paused))
        return needless("being paused");
    return {};
}

Permission mayResumeTrial(const Trial& trial)
{
    if (isFinal(trial.state))
        return {Kind::Refused, is(toText(trial.state)) + "; a retry runs it again"};
    if (trial.state != TrialState::Paused && !isBeing(trial, TrialState::Paused))
        return needless(toText(trial.state));
    if (trial.agent == Agent::Scheduler)
        return {Kind::Refused, is("paused by the scheduler") + "; it goes on when it is promoted"};
    return {};
}

Permission mayStopTrial(const Trial& trial)
{
    return isFinal(trial.state) ? needless(toText(trial.state)) : Permission{};
}

Permission mayRetryTrial(const Trial& trial)
{
    if (!isFinal(trial.state))
        return {Kind::Refused, is(toText(trial.state)) + "; only one that has ended can be run again"};
    return {};
}

} // namespace

Permission permission(Request request, const Standing& standing)
{
    switch (request) {
    case Request::Start:
        return mayStart(standing);
    case Request::Pause:
        return mayPause(standing);
    case Request::Stop:
        return mayStop(standing);
    case Request::RetryFailed:
        return mayRetryFailed(standing);
    case Request::AddTrials:
        return mayAddTrials(standing);
    case Request::Change:
        return mayChange(standing);
    case Request::Remove:
        return mayRemove(standing);
    }
    throw std::invalid_argument("unknown request");
}

Permission permission(Command::Kind kind, const Trial& trial)
{
    switch (kind) {
    case Command::Kind::PauseTrial:
        return mayPauseTrial(trial);
    case Command::Kind::ResumeTrial:
        return mayResumeTrial(trial);
    case Command::Kind::StopTrial:
        return mayStopTrial(trial);
    case Command::Kind::RetryTrial:
        return mayRetryTrial(trial);
    default:
        throw std::invalid_argument("this is not asked of a trial");
    }
}

Start startOf(const Standing& standing)
{
    if (standing.isStopping())
        return Start::UndoStop;
    return isFresh(standing.state) ? Start::First : Start::Resume;
}

std::vector<Command> startCommands(const Standing& standing)
{
    const bool rests = standing.state == ExperimentState::Paused ||
                       standing.state == ExperimentState::Stopped ||
                       standing.state == ExperimentState::Failed;
    return rests || standing.copy ? std::vector<Command>{{Command::Kind::Resume}} : std::vector<Command>{};
}

bool stopEndsTrials(const Standing& standing)
{
    return standing.active() > 0;
}

} // namespace widthwise
