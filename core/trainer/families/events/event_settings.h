// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/models/settings.h"

#include <cstdint>

namespace widthwise::trainer {

struct SettingsGroup;

/// What every family of particle-flow events takes.
struct EventSettings {
    std::int64_t events = 0;
    bool standardize = true;
};

const SettingsGroup& eventSettingsGroup();

} // namespace widthwise::trainer
