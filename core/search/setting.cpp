// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/setting.h"

#include "core/space/value.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace widthwise {

namespace {

std::string numberText(const Setting& setting, double value)
{
    if (setting.kind == Setting::Kind::Integer && value == std::floor(value) && std::abs(value) < 0x1p63)
        return toText(Value(static_cast<std::int64_t>(value)));
    return toText(Value(value));
}

} // namespace

const Setting* findSetting(const std::vector<Setting>& settings, std::string_view name)
{
    const auto found = std::ranges::find(settings, name, &Setting::name);
    return found == settings.end() ? nullptr : &*found;
}

double valueOf(const std::vector<Setting>& settings, const SettingValues& values, std::string_view name)
{
    if (const auto set = values.find(name); set != values.end())
        return set->second;
    const Setting* setting = findSetting(settings, name);
    if (!setting)
        throw std::invalid_argument("no setting " + std::string(name));
    return setting->standard;
}

std::string whyNot(const Setting& setting, double value)
{
    const std::string got = ", got " + numberText(setting, value);
    if (setting.kind == Setting::Kind::Integer && value != std::floor(value))
        return "expected an integer" + got;
    if (!(value >= setting.lowest))
        return "expected at least " + numberText(setting, setting.lowest) + got;
    if (!(value <= setting.highest))
        return "expected at most " + numberText(setting, setting.highest) + got;
    return {};
}

void checkSettings(std::string_view section, const std::vector<Setting>& settings,
                   const SettingValues& values)
{
    for (const Setting& setting : settings) {
        const auto set = values.find(setting.name);
        const std::string problem = set == values.end() ? "" : whyNot(setting, set->second);
        if (!problem.empty())
            throw std::invalid_argument(std::string(section) + '.' + setting.name + ": " + problem);
    }
}

} // namespace widthwise
