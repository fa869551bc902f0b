// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace widthwise {

/// A number that an experiment may set for its algorithm or scheduler.
struct Setting {
    enum class Kind { Integer, Real };
    std::string name; ///< as the file says it: `min_trials`
    std::string help; ///< one sentence
    Kind kind = Kind::Integer;
    double standard = 0; ///< what holds where nothing is set
    double lowest = 0;   ///< included, as the highest is
    double highest = 0;
};

/// What is set, by name; everything else has its standard value.
using SettingValues = std::map<std::string, double, std::less<>>;

/// Null where none has the name.
const Setting* findSetting(const std::vector<Setting>& settings, std::string_view name);

/// What is set, or else the standard value. `name` is one of `settings`.
double valueOf(const std::vector<Setting>& settings, const SettingValues& values, std::string_view name);

/// What may be set beside one of `all`: its own settings, then those of the others, which mean nothing to it
/// but stay in a file that is changed to and fro.
template <class Description>
std::vector<Setting> settingsBeside(const Description& chosen, const std::vector<Description>& all)
{
    std::vector<Setting> settings = chosen.settings;
    for (const Description& other : all)
        for (const Setting& setting : other.settings)
            if (!findSetting(settings, setting.name))
                settings.push_back(setting);
    return settings;
}

/// What is expected where the value is not one of the setting; empty where it is.
std::string whyNot(const Setting& setting, double value);

/// Throws std::invalid_argument, as in "search.points: expected at least 1, got 0", for a value that is not
/// one of the setting of its name. Values for other settings are passed over.
void checkSettings(std::string_view section, const std::vector<Setting>& settings,
                   const SettingValues& values);

} // namespace widthwise
