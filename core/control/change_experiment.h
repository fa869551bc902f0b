// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/experiments.h"

#include <cstdint>
#include <string>
#include <vector>

/// Changes to an experiment that was started: see differences() for what may be changed. The driver carries
/// them out and records them.
namespace widthwise {

/// The text that an experiment has once everything is carried out that was asked for.
std::string textToCome(Database& database, const ExperimentRecord& record);

/// What a text for the experiment would change, a line each; nothing where it differs in nothing. Throws
/// ExperimentFileError with the places of what is wrong with it or cannot be changed, and
/// std::invalid_argument where nothing can be changed in the experiment's state.
std::vector<std::string> changesBy(Database& database, const ExperimentRecord& record,
                                   const std::string& text, TimePoint now);

/// The same, and asks its driver for it. A complete experiment is resumed with it where it may have something
/// to do now. Call inside a Transaction.
std::vector<std::string> askForChange(Database& database, const ExperimentRecord& record,
                                      const std::string& text, TimePoint now);

} // namespace widthwise
