// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/experiment.h"

#include <string>

namespace widthwise {

/// What a trial runs with, as a JSON object: the bundled trainer's settings with the configuration's values
/// over them, or the configuration alone where the program is a command. `indent` < 0: on one line.
std::string trialSettings(const Experiment& experiment, const Configuration& configuration, int indent = -1);

} // namespace widthwise
