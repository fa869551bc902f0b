// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/experiment.h"
#include "core/experiment/trial.h"
#include "core/store/experiments.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>

/// More trials for an experiment that has ended.
namespace widthwise {

/// How many trials its search can still propose; empty where there is no end to them.
std::optional<std::int64_t> trialsLeft(const Experiment& experiment, std::span<const Trial> trials);

/// The text of an experiment that ended, with a budget of `count` trials more. A limit that had ended it and
/// would do so again is taken out: its goal, its wall time, its device hours. Every other letter stays.
/// Throws std::invalid_argument where the search cannot propose so many, ExperimentFileError where the text
/// has errors.
std::string withMoreTrials(const ExperimentRecord& record, std::span<const Trial> trials, int count,
                           TimePoint now);

/// Gives it `count` trials more and asks its next driver to go on. Call inside a Transaction. Throws
/// std::invalid_argument with why not, as withMoreTrials and Request::AddTrials say it.
void addTrials(Database& database, std::int64_t experiment, int count, TimePoint now);

} // namespace widthwise
