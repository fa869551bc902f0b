// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/experiment_file.h"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace widthwise {

/// What is wrong with a file that a trainer's setting names; empty where nothing is, or nobody can know.
using FileRefusal = std::function<std::string(const std::string& file)>;

struct TrainerFindings {
    std::vector<FileProblem> problems;
    std::string warning; ///< what some configurations will fail of; empty where none will
};

/// What the bundled trainer would refuse of the settings and the space in `yaml`, without looking at data,
/// each at its place. A value of a parameter is a problem where no trial with it can run: an end of a range,
/// one of the values that the search may draw, a choice, a configuration of a list. `reading` is of `yaml`;
/// what has problems there is not looked at. Nothing where trials run a command.
TrainerFindings checkTrainer(std::string_view yaml, const ExperimentReading& reading,
                             const FileRefusal& refusal);

} // namespace widthwise
