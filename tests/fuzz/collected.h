// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/experiment.h"

#include <string_view>

namespace widthwise::fuzz {

/// What a collector reads of a file at once it also reads of it bit by bit, with a driver that starts anew
/// between any two.
void expectOneReading(const Collector& collector, std::string_view file);

} // namespace widthwise::fuzz
