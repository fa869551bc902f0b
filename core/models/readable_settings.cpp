// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/readable_settings.h"

#include "core/models/settings_table.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace widthwise::trainer {

Settings readableSettings(std::string_view json)
{
    Settings settings;
    const auto object = nlohmann::json::parse(json, nullptr, false);
    if (object.is_object())
        for (const auto& [key, value] : object.items())
            assign(settings, key, value.dump());
    return settings;
}

std::string_view nameOf(Parametrization parametrization)
{
    static constexpr auto choices = choicesOf(Parametrization{});
    return std::ranges::find(choices, parametrization, &Choice<Parametrization>::value)->name;
}

} // namespace widthwise::trainer
