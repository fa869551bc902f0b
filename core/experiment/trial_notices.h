// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/trial.h"

#include <span>
#include <string>
#include <vector>

namespace widthwise {

/// What befell the metrics of several trials, a line for each kind: "trial 3: …", "5 trials, the first is
/// trial 3: …".
std::vector<std::string> noticeTexts(std::span<const Trial> trials);

} // namespace widthwise
