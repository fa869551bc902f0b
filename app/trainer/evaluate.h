// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

namespace widthwise::trainer {

/// `widthwise-trainer evaluate words…`: runs a trained model over jets and prints what its discriminants D_b
/// and D_c reject at 60, 70, 77 and 85 % efficiency and what it takes jets for; with `--json` also the ROC
/// curves. Throws InputError.
void runEvaluate(const std::vector<std::string>& words);

} // namespace widthwise::trainer
