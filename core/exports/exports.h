// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/experiment.h"
#include "core/experiment/trial.h"

#include <string>
#include <string_view>
#include <vector>

namespace widthwise {

enum class ExportFormat { Yaml, Json, CommandLine };

const std::vector<std::string>& exportFormats(); ///< `yaml`, `json`, `command`
/// Throws std::invalid_argument for an unknown name.
ExportFormat exportFormatFromText(std::string_view text);

/// Why a trial's configuration is not exported: "trial 3 diverged: val/loss became NaN"; empty where it is.
std::string whyNotExported(const Trial& trial);

/// A trial's configuration, ready to be used elsewhere: as YAML or JSON with where it came from (experiment, trial,
/// objective, seed), or as the command line that runs it again.
std::string exportTrial(const Experiment& experiment, const Trial& trial, ExportFormat format);

} // namespace widthwise
