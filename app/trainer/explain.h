// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

namespace widthwise::trainer {

/// `explain --config FILE [--json]`: what the rule table says of every tensor of the model, and their number.
void runExplain(const std::vector<std::string>& words);

} // namespace widthwise::trainer
