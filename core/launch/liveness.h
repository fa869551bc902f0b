// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/host/host.h"
#include "core/launch/trial_directory.h"

#include <span>
#include <string>
#include <vector>

namespace widthwise {

/// For each status: empty where its wrapper lives, else in plain words how it is known to be gone. A wrapper
/// on another machine than the host is taken to live: what cannot be seen is not finished.
std::vector<std::string> wrapperLosses(Host& host, std::span<const TrialStatus> statuses);

/// A shell command that signals the wrapper of `status` if it is still that process.
std::string signalWrapper(const TrialStatus& status, const std::string& signal);

/// A shell command that kills the program where the wrapper lives, which ends the rest and reports, and else
/// does what endAttempt does.
std::string killProgram(const TrialStatus& status, const std::string& trialDirectory);

/// A shell command that ends what an attempt started where its wrapper is gone; `program`: the process that
/// the wrapper had started, 0 where that is not known. It fails where some of it lives on for two seconds.
/// Only processes are ended that can be told to be this attempt's: by its control group, by their
/// environment, or as descendants of such.
std::string endAttempt(const std::string& trialDirectory, int attempt, std::int64_t program);

} // namespace widthwise
