// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/trial.h"
#include "core/store/experiments.h"

#include <cstdint>
#include <span>

/// How experiments come into the store, also those that were made from another one.
namespace widthwise {

/// Where the text of a new experiment comes from.
enum class TextSource {
    File, ///< it stays as the file has it, whatever name the experiment gets
    Draft ///< it says the name that the experiment gets
};

/// Adds the record under its name or a free one, with the trials that are to be run first; a ready one with
/// what it takes from earlier experiments (see warm_start.h). Call inside a
/// Transaction. Returns the record as it was added. Throws std::runtime_error where it was made from a copy:
/// that is made where the experiment is driven.
ExperimentRecord addExperiment(Database& database, ExperimentRecord record, TextSource source,
                               std::span<const Trial> trials, TimePoint now);

/// Makes a draft ready to be driven; one that was driven stays in its state. Throws ExperimentFileError where
/// the text, or what it names, has errors, and std::runtime_error where the experiment was removed.
void makeReady(Database& database, std::int64_t experiment, TimePoint now);

} // namespace widthwise
