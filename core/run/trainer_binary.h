// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace widthwise {

/// Path of widthwise-trainer: what WIDTHWISE_TRAINER says, else the one beside the running program, else the
/// first in PATH; empty where there is none. What WIDTHWISE_TRAINER says is returned even where nothing is
/// there.
std::string findTrainer();

} // namespace widthwise
