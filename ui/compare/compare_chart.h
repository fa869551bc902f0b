// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/study/sweep_report.h"
#include "ui/plot/chart_data.h"

namespace widthwise::ui {

/// Loss against learning rate, a panel per parametrization and a curve per width; each optimum marked with
/// its interval. Diverged trials are infinite.
ChartData compareChart(const SweepReport& report);

/// "learning rate at base width 64".
QString learningRateTitle(const SweepReport& report);

} // namespace widthwise::ui
