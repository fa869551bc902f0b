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

template <typename State, std::size_t n>
State stateFromText(const std::array<std::string_view, n>& names, std::string_view text, const char* whose)
{
    const auto found = std::ranges::find(names, text);
    if (found == names.end())
        throw std::invalid_argument("unknown state of " + std::string(whose) + ": \"" + std::string(text) +
                                    "\"");
    return static_cast<State>(found - names.begin());
}

} // namespace

std::string_view toText(TrialState state)
{
    return trialStates.at(static_cast<std::size_t>(state));
}

TrialState trialStateFromText(std::string_view text)
{
    return stateFromText<TrialState>(trialStates, text, "a trial");
}

bool isFinal(TrialState state)
{
    return state >= TrialState::Completed;
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
    return stateFromText<ExperimentState>(experimentStates, text, "an experiment");
}

bool isFinal(ExperimentState state)
{
    return state >= ExperimentState::Completed;
}

} // namespace widthwise
