// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/study/check_report.h"
#include "ui/plot/chart_data.h"

#include <string>

namespace widthwise::ui {

/// Mean |x| of every layer before update `t` against width, a panel for each parametrization, on log-log axes
/// that are the same for every t: geometric means over the seeds. The layer `highlighted` stands out, with
/// the standard error over the seeds; where it is empty, in each panel the layer that the verdict names.
ChartData checkFigure(const CheckReport& report, std::int64_t t, const std::string& highlighted = {});

/// The step to show first: where the layer that fails is steepest, else the last. 0 where there is none.
std::int64_t decidingStep(const CheckReport& report);

} // namespace widthwise::ui
