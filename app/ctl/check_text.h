// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ctl/terminal.h"
#include "core/study/check_report.h"

#include <string>
#include <vector>

namespace widthwise::ctl {

/// The slope of every layer, SP beside μP: the one that decides, or with `everyStep` that at each step.
std::vector<Line> slopeLines(const CheckReport& report, bool everyStep, const Terminal& terminal);

/// What the check says of each parametrization, with the usual cause where it fails.
std::vector<Line> verdictLines(const CheckReport& report, const Terminal& terminal);

/// `{"experiment": name, "result": …, "verdicts": […], "slopes": […]}`; what is not known is absent. On one
/// line as the event of a run.
std::string checkJson(const std::string& experiment, const CheckReport& report);
std::string checkEvent(const std::string& experiment, const CheckReport& report);

} // namespace widthwise::ctl
