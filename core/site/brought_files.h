// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/experiment.h"

#include <cstdint>
#include <string>
#include <vector>

namespace widthwise {

/// A file or folder beside an experiment's file that its trials read, and that goes with them to a site.
struct BroughtFiles {
    std::string name;               ///< relative to the experiment's folder; of a folder it ends with /
    std::vector<std::string> files; ///< relative to the experiment's folder; of a folder all below it
    std::uintmax_t bytes = 0;       ///< of all files
    bool operator==(const BroughtFiles&) const = default;
};

/// What the bundled trainer's settings, a command and the experiment's own values name by a relative path, or
/// below `{experiment_dir}`, where there is such a file below `baseDirectory`. A command may name folders,
/// too.
std::vector<BroughtFiles> broughtFiles(const Experiment& experiment, const std::string& baseDirectory);

/// What a command names below `{experiment_dir}` and is not there: relative to `baseDirectory`.
std::vector<std::string> missingFiles(const Experiment& experiment, const std::string& baseDirectory);

/// "beside the experiment's file there is no gone.txt: a trial that reads it will not find it"; empty where
/// nothing is missing.
std::string missingText(const std::vector<std::string>& missing);

/// All their files, each once.
std::vector<std::string> filesOf(const std::vector<BroughtFiles>& brought);

/// "conf/a.yaml (3 KiB), data/ (12 files, 3.4 GiB)".
std::string toText(const std::vector<BroughtFiles>& brought);

} // namespace widthwise
