// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/study/search_selection.h"
#include "ui/plot/chart_data.h"

namespace widthwise::ui {

/// The best value so far against what was spent: each search's median over its seeds, and between the
/// quartiles a shade. Searches without runs keep their colour for when they have some.
ChartData searchChart(const SearchComparison& comparison, SearchCost cost);

} // namespace widthwise::ui
