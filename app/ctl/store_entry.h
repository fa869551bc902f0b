// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ctl/experiment_source.h"
#include "core/store/experiments.h"

#include <memory>
#include <span>
#include <string>

namespace widthwise::ctl {

class Invocation;

// How experiments come into the store.

/// Of the experiment that the file describes, under its own name.
ExperimentRecord recordOf(const ExperimentSource& source);

/// Adds the experiment, ready to be driven, under its name, or with a number behind it where the name is
/// taken, which is then said. `trials` are run first.
ExperimentRecord addReady(Database& database, ExperimentRecord record, std::span<const Trial> trials = {});

/// What a command that takes NAME_OR_FILE starts from.
struct Entry {
    std::unique_ptr<Database> database;
    ExperimentRecord record;
};
/// The experiment named by the first argument, or the one that the file describes; the store has it
/// afterwards, as a draft where it was not there. Throws Failure.
Entry findOrAdd(const Invocation& invocation);

} // namespace widthwise::ctl
