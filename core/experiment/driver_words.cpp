// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/driver_words.h"

#include "core/experiment/duration_text.h"

#include <algorithm>
#include <cmath>

namespace widthwise::words {

namespace {

std::string number(double value)
{
    return toText(Value(value));
}

std::string quoted(const std::string& name)
{
    return '"' + name + '"';
}

} // namespace

std::string diverged(const Objective& objective, const event::Reported& report)
{
    const std::string value = std::isnan(report.value) ? "NaN" : report.value > 0 ? "infinite" : "-infinite";
    return objective.metric + " became " + value + " at step " + std::to_string(report.step);
}

std::string withoutObjective(const Objective& objective, const std::string& note)
{
    return "it ended without reporting " + quoted(objective.metric) +
           ", the metric of the objective: check that name, and the trial's collector, in the experiment "
           "file" +
           (note.empty() ? "" : " (" + note + ')');
}

std::string timeLimit(Seconds limit)
{
    return "reached its time limit of " + durationToText(limit);
}

std::string gotNoFurther(const std::string& reason, int times)
{
    return reason + "; after " + std::to_string(times) +
           " attempts without a new step it is given up: does it write checkpoints, and often enough?";
}

std::string searchFailed(const std::string& reason)
{
    return "the search failed: " + reason +
           "; resume goes on from here and tells the program all that is known";
}

std::string unstarted(const std::string& reason)
{
    return "its trials cannot be started: " + reason;
}

std::string tooManyFailed(std::size_t failed, const Budget& budget, const Trial& last)
{
    return std::to_string(failed) + (failed == 1 ? " trial" : " trials") + " failed, and the budget allows " +
           std::to_string(budget.failedTrials) + "; trial " + std::to_string(last.number) + ": " +
           last.reason;
}

std::string goalReached(const Objective& objective, const Trial& trial)
{
    return "trial " + std::to_string(trial.number) + " reached the goal: " + objective.metric + " = " +
           number(*trial.objective) + (objective.direction == Direction::Minimize ? " ≤ " : " ≥ ") +
           number(*objective.goal);
}

std::string wallTimeSpent(Seconds wallTime)
{
    return "its time of " + durationToText(wallTime) + " is over";
}

std::string deviceHoursSpent(double hours)
{
    return "its " + number(hours) + " device hours are spent";
}

std::string noValue(const Objective& objective, const std::vector<Trial>& trials)
{
    if (trials.empty())
        return "the search has no configuration to try";
    const std::string what = "no trial ended with a finite " + objective.metric;
    const auto failed = std::find_if(trials.begin(), trials.end(),
                                     [](const Trial& trial) { return trial.state == TrialState::Failed; });
    return failed == trials.end()
               ? what
               : what + "; trial " + std::to_string(failed->number) + ": " + failed->reason;
}

std::string experimentEnded(ExperimentState state, const std::string& reason)
{
    std::string text = "the experiment ";
    if (state == ExperimentState::Stopped)
        return text.append("was stopped");
    return text.append(state == ExperimentState::Failed ? "failed: " : "is complete: ").append(reason);
}

std::string notPromoted(ExperimentState state, const Trial& trial)
{
    return "not trained beyond step " + std::to_string(*trial.lastStep) +
           (isFinal(state) ? ": its experiment had ended" : ": others were better there");
}

std::string waitsForPerson(const std::string& experiment, const std::set<int>& trials)
{
    std::string text = trials.size() == 1 ? "waits for trial " : "waits for trials ";
    for (const int trial : trials) {
        const char* before = trial == *trials.begin() ? "" : trial == *trials.rbegin() ? " and " : ", ";
        text += before + std::to_string(trial);
    }
    return text + ", which you paused; resume " + experiment + " --trial " + std::to_string(*trials.begin()) +
           (trials.size() == 1 ? " lets it go on" : " lets the first go on");
}

std::string wentOn(const Trial& trial)
{
    return "; it went on beyond step " + std::to_string(*trial.untilStep) + " and was asked to stop";
}

std::string didNotEnd(Seconds grace)
{
    return "; it had not ended " + durationToText(grace) + " later and was asked to stop";
}

std::string copied(int from, std::int64_t step, const std::string& differences)
{
    return "a copy of trial " + std::to_string(from) + " at step " + std::to_string(step) +
           (differences.empty() ? "" : ", with " + differences);
}

std::string waitsAgain(const Trial& trial)
{
    return "waits at step " + std::to_string(*trial.lastStep) + " for the scheduler";
}

} // namespace widthwise::words
