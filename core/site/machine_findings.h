// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/site/finding.h"

#include <cstdint>

namespace widthwise {

// What is judged alike on this machine and on any other.

/// A shell line that prints the names of those tools that are missing, a line each: what trials are started,
/// watched and files brought with beyond the shell itself.
std::string missingToolsScript();
/// `missing` is what it printed.
Finding judgeTools(const std::string& missing);

/// `where` says which disk in words: "beside the store".
Finding judgeSpace(std::uint64_t available, const std::string& where, const std::string& fix);

/// What `widthwise-trainer info --json` says. Throws std::invalid_argument for text that is not that.
Findings judgeTrainer(const std::string& json);

} // namespace widthwise
