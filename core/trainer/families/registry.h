// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/engine/family.h"

#include <span>

namespace widthwise::trainer {

/// All that there are.
std::span<const Family* const> families();

/// The one that the setting `model` names.
const Family& familyOf(const Settings& settings);

} // namespace widthwise::trainer
