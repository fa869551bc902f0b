// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/engine/training.h"

#include <string>
#include <vector>

namespace widthwise::trainer {

/// Trains with as many workers as the settings say. Where srun started that many processes, each of them is
/// one; else this process is the first and starts the others with `arguments`, its own. Throws as train does.
void trainJointly(const TrainRequest& request, const std::vector<std::string>& arguments);

} // namespace widthwise::trainer
