// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/experiment.h"

namespace widthwise {

bool isBetter(const Objective& objective, double a, double b)
{
    return objective.direction == Direction::Minimize ? a < b : a > b;
}

} // namespace widthwise
