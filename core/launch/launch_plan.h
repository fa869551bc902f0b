// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/trial.h"
#include "core/launch/launcher.h"

#include <string>

namespace widthwise {

/// What a launch needs to know beside the experiment and the trial.
struct LaunchPlace {
    std::string trialDirectory; ///< absolute
    std::string baseDirectory;  ///< what relative paths in the experiment are relative to; absolute
    std::string trainer;        ///< path of widthwise-trainer; empty where there is none
    std::string container = {}; ///< as in LaunchRequest
    std::string startFrom = {}; ///< as in LaunchRequest
};

/// How the current attempt of a trial is started; also what a dry run shows. Pure. Throws
/// std::invalid_argument where the command template names something that does not exist, or where the
/// trainer's settings are not a JSON object.
LaunchRequest planLaunch(const Experiment& experiment, const Trial& trial, const LaunchPlace& place);

/// What runs `command` within a container, as LaunchRequest has it; no container: the command itself.
std::string inContainer(const std::string& container, const std::string& command);

/// Why `request` of a bundled trainer cannot run where `place.trainer` is missing: names the path and the
/// fix.
std::string missingTrainer(const std::string& trainer);

} // namespace widthwise
