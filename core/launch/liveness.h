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

/// A shell command that kills the program's processes where the wrapper lives (and will report their end), or
/// where they can be told to be this trial's by their environment.
std::string killProgram(const TrialStatus& status, const std::string& trialDirectory);

} // namespace widthwise
