// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/experiment_file.h"

#include <string>
#include <string_view>

namespace widthwise {

/// What can be known of an experiment before anything runs.
struct ExperimentCheck {
    ExperimentReading
        reading; ///< its problems are all problems: the file's, the trainer's, and files that are missing
    std::string warning; ///< of what some configurations will fail of; empty where none will
};

/// Reads an experiment's file as readExperiment does and checks what it asks of the bundled trainer. Of files
/// that the trainer's settings name, those are looked for that are here or brought along from here: `folder`
/// is what relative paths are relative to, and what an absolute path names on another host nobody knows here.
ExperimentCheck checkExperimentFile(std::string_view yaml, const std::string& folder);

} // namespace widthwise
