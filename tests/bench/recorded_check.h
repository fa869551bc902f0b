// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/analysis/coordinate_check.h"
#include "core/trainer/engine/settings.h"

#include <cstdint>
#include <string>
#include <vector>

namespace widthwise::bench {

/// Trains `settings` at every width with every seed, and returns what the trials recorded of their layers and
/// of their loss. `folder` holds the data, and a trial's folder for a while.
CheckRecords recordedCheck(trainer::Settings settings, const std::vector<std::int64_t>& widths,
                           const std::vector<std::int64_t>& seeds, const std::string& folder);

} // namespace widthwise::bench
