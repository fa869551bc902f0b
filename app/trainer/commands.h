// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

namespace widthwise::trainer {

/// Runs `widthwise-trainer words…` and returns its exit code: 0, or 2 for arguments, settings or data that a
/// person has to fix, or 1 for everything else. What went wrong is the last line on stderr.
int runCommand(const std::vector<std::string>& words);

} // namespace widthwise::trainer
