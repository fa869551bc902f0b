// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/trial.h"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace widthwise {

namespace {

constexpr std::array<std::string_view, 9> trialStates{
    "pending", "queued", "running", "paused", "completed", "stopped", "failed", "diverged", "cancelled"};
constexpr std::array<std::string_view, 7> experimentStates{"draft",     "ready",   "running", "paused",
                                                           "completed", "stopped", "failed"};

constexpr std::array<std::string_view, 5> agents{"program", "person", "scheduler", "experiment", "machine"};

template <typename Kind, std::size_t n>
Kind fromText(const std::array<std::string_view, n>& names, std::string_view text, const char* what)
{
    const auto found = std::ranges::find(names, text);
    if (found == names.end())
        throw std::invalid_argument("unknown " + std::string(what) + ": \"" + std::string(text) + "\"");
    return static_cast<Kind>(found - names.begin());
}

} // namespace

std::string_view toText(TrialState state)
{
    return trialStates.at(static_cast<std::size_t>(state));
}

TrialState trialStateFromText(std::string_view text)
{
    return fromText<TrialState>(trialStates, text, "state of a trial");
}

bool isFinal(TrialState state)
{
    return state >= TrialState::Completed;
}

bool isActive(TrialState state)
{
    return state == TrialState::Queued || state == TrialState::Running;
}

std::string_view toText(Agent agent)
{
    return agents.at(static_cast<std::size_t>(agent));
}

Agent agentFromText(std::string_view text)
{
    return fromText<Agent>(agents, text, "agent of a trial");
}

bool isAtRung(const Trial& trial)
{
    return trial.untilStep && trial.lastStep && *trial.lastStep >= *trial.untilStep;
}

std::chrono::duration<double> duration(const Trial& trial, TimePoint now)
{
    const std::chrono::duration<double> before(trial.secondsBefore);
    if (!trial.started)
        return before;
    const TimePoint end = trial.finished.value_or(now);
    return before + std::max<std::chrono::duration<double>>(end - *trial.started, std::chrono::seconds(0));
}

std::string_view toText(ExperimentState state)
{
    return experimentStates.at(static_cast<std::size_t>(state));
}

ExperimentState experimentStateFromText(std::string_view text)
{
    return fromText<ExperimentState>(experimentStates, text, "state of an experiment");
}

bool isFinal(ExperimentState state)
{
    return state >= ExperimentState::Completed;
}

} // namespace widthwise
