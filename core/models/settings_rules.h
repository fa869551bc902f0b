// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/models/settings.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace widthwise::trainer {

/// What no single setting can tell: a contradiction between several, or a list that makes no sense.
struct SettingsRule {
    std::vector<std::string_view> keys;      ///< all that it looks at, the likeliest to be fixed first
    std::string (*refusal)(const Settings&); ///< what is wrong; empty where the rule holds
};

inline std::string unless(bool holds, const std::string& message)
{
    return holds ? std::string() : message;
}

/// Those that hold for any use of settings.
std::span<const SettingsRule> settingsRules();

/// That there are data, which whoever trains or evaluates wants.
const SettingsRule& dataRule();

} // namespace widthwise::trainer
