// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ctl/terminal.h"
#include "core/study/sweep_report.h"

#include <string>
#include <vector>

namespace widthwise::ctl {

/// The optimum of every parametrization and width, and whether it moves.
std::vector<Line> compareLines(const SweepReport& report);

/// The optima as CSV with a header; what is not known is empty.
std::string compareCsv(const SweepReport& report);

/// `{"experiment": name, "metric": …, "curves": [{…, "points": […]}], "drifts": […]}`; what is not known is
/// absent. On one line as the event of a run.
std::string compareJson(const std::string& experiment, const SweepReport& report);
std::string compareEvent(const std::string& experiment, const SweepReport& report);

} // namespace widthwise::ctl
