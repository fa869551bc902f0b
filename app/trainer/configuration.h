// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/engine/settings.h"

#include <cstdint>
#include <string>

namespace widthwise::trainer {

/// Empty where the variable is not set.
std::string environmentVariable(const char* name);

/// A step that a variable names; 0 where it is not set. Throws InputError naming it where it is no step.
std::int64_t stepVariable(const char* name);

/// The settings in the file `path`. Throws InputError naming it.
Settings readSettings(const std::string& path);

/// WIDTHWISE_TRIAL_DIR, else the folder of the configuration file.
std::string trialDirectory(const std::string& configuration);

/// What relative paths in the configuration are relative to: WIDTHWISE_EXPERIMENT_DIR, else its file's
/// folder.
std::string dataDirectory(const std::string& configuration);

} // namespace widthwise::trainer
