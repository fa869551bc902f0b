// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/models/settings.h"

#include <string_view>

namespace widthwise::trainer {

/// The settings that the text of a config.json gives the trainer, its defaults where it says nothing. What
/// cannot be read keeps its default too: the trainer refuses it, and says why.
Settings readableSettings(std::string_view json);

/// `sp`, `mup`, `mup-table-3`.
std::string_view nameOf(Parametrization parametrization);

} // namespace widthwise::trainer
