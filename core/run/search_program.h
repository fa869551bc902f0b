// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/experiment.h"
#include "core/search/conversation.h"

#include <string>

namespace widthwise {

/// The program of an external search, in the experiment's folder on this machine; its stderr goes to the end
/// of the file `log`, or where that is empty to this process's. Nothing for another search. The program
/// starts with the first question.
ExternalProgram searchProgram(const Experiment& experiment, const std::string& folder,
                              const std::string& log);

} // namespace widthwise
