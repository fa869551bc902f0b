// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ctl/overview.h"
#include "app/ctl/terminal.h"

#include <vector>

namespace widthwise::ctl {

/// State and reason, driver, progress, best and running trials.
std::vector<Line> statusLines(const Overview& overview, const Terminal& terminal);

/// All trials as a table.
std::vector<Line> trialLines(const Overview& overview, const Terminal& terminal);

/// One trial with its whole configuration; `origin` is where that came from, `directory` where its files lie.
std::vector<Line> trialDetails(const Overview& overview, const Trial& trial, const std::string& origin,
                               const std::string& directory, const Terminal& terminal);

/// On stdout.
void print(const std::vector<Line>& lines, const Terminal& terminal);

} // namespace widthwise::ctl
