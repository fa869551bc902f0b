// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/driver.h"

#include <cstddef>
#include <set>
#include <string>

/// The sentences in which a Driver says why something is as it is.
namespace widthwise::words {

inline constexpr const char* pausedByRequest = "paused by request";
inline constexpr const char* resumedByRequest = "goes on once it has paused";
inline constexpr const char* newRungs = "goes on: the rungs were changed";
inline constexpr const char* resumedAfterStop = "goes on once its checkpoint is written";
inline constexpr const char* stoppedByRequest = "stopped by request";

std::string diverged(const Objective& objective, const event::Reported& report);
std::string withoutObjective(const Objective& objective, const std::string& note);
std::string timeLimit(Seconds limit);

std::string gotNoFurther(const std::string& reason, int times);
std::string searchFailed(const std::string& reason);
std::string unstarted(const std::string& reason);
std::string tooManyFailed(std::size_t failed, const Budget& budget, const Trial& last);
std::string goalReached(const Objective& objective, const Trial& trial);
std::string wallTimeSpent(Seconds time);
std::string deviceHoursSpent(double hours);
std::string noValue(const Objective& objective, const std::vector<Trial>& trials);
/// Why a trial was stopped or cancelled where its experiment ended before it.
std::string experimentEnded(ExperimentState state, const std::string& reason);
/// Why a trial that waits at its rung is not trained any further.
std::string notPromoted(ExperimentState state, const Trial& trial);
/// Where nothing goes on before a person resumes one of `trials`.
std::string waitsForPerson(const std::string& experiment, const std::set<int>& trials);
/// Behind why a trial pauses: its program was to end at its rung, and had to be asked.
std::string wentOn(const Trial& trial);
std::string didNotEnd(Seconds grace);
/// What a trial is that began from another's checkpoint.
std::string copied(int from, std::int64_t step, const std::string& differences);
/// Why a trial that was held, or had ended, waits at its rung.
std::string waitsAgain(const Trial& trial);

} // namespace widthwise::words
