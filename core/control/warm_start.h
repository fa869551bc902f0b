// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/experiment_file.h"
#include "core/store/experiments.h"

#include <string>
#include <string_view>
#include <vector>

/// What an experiment takes from earlier ones (`search.warm_start`). It is written into the experiment's
/// text, as `earlier`, when the experiment is made ready: what becomes of the others later changes nothing.
namespace widthwise {

/// The record with the trials that its experiment takes, and a comment that says how many of which
/// experiment, and why not the others. As it is, where it asks for none or has them already. Throws
/// ExperimentFileError, with its place, for an experiment that the store does not have.
ExperimentRecord withEarlierTrials(Database& database, ExperimentRecord record);

/// What is wrong with the names of earlier experiments in a text, in a store that is to have them.
std::vector<FileProblem> unknownEarlier(Database& database, const std::string& yaml);

/// Whether an experiment with the text `begun` was made from `text`: that, and what it took from others.
bool isMadeFrom(std::string_view begun, std::string_view text);

/// A text for an experiment that has begun, with what that has taken, where the text does not have it itself.
std::string keepingEarlierTrials(std::string_view begun, std::string text);

/// The lines of that comment; empty where there is none.
std::vector<std::string> notesOnEarlierTrials(std::string_view yaml);

} // namespace widthwise
