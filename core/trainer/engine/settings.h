// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/models/settings.h"

namespace widthwise::trainer {

/// Reads the text of a config.json as readSettings does, and throws InputError with what is wrong.
Settings parseSettings(std::string_view json);

} // namespace widthwise::trainer
