// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/engine/settings.h"

#include "core/trainer/error.h"

namespace widthwise::trainer {

Settings parseSettings(std::string_view json)
{
    Settings settings;
    if (const std::string refusal = readSettings(json, settings); !refusal.empty()) {
        throw InputError(refusal);
    }
    return settings;
}

} // namespace widthwise::trainer
