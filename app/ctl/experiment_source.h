// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/experiment.h"
#include "core/experiment/experiment_file.h"

#include <string>
#include <vector>

namespace widthwise::ctl {

/// An experiment file as it was found.
struct ExperimentSource {
    std::string path;
    std::string yaml;
    std::string baseDirectory; ///< absolute folder of the file
    Experiment experiment;     ///< without meaning where there are problems
    std::vector<FileProblem> problems;
    std::string warning; ///< of ExperimentCheck
};

/// Throws Failure: NotFound where there is no such file, BadUsage where it cannot be read.
ExperimentSource readExperiment(const std::string& path);

/// As readExperiment, but prints the problems on stderr and throws Failure (BadUsage) where there are any.
ExperimentSource readValidExperiment(const std::string& path);

/// Prints the problems of a file on stderr and throws Failure (BadUsage).
[[noreturn]] void refuse(const std::string& path, const std::vector<FileProblem>& problems);

} // namespace widthwise::ctl
