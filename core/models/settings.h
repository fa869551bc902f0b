// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/models/choices.h"
#include "core/models/settings_groups.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace widthwise::trainer {

/// Everything that config.json can say: what the engine takes of any family, and a group for each thing that
/// only some know, as `settings.of<Gn2Settings>()`. In a file all are keys beside each other.
struct Settings : SettingsGroups {
    std::string model; ///< the family's name
    std::int64_t width = 64;
    std::int64_t baseWidth = 64;
    std::int64_t layers = 4;
    Parametrization parametrization = Parametrization::Maximal;
    bool zeroReadout = false;

    OptimizerKind optimizer = OptimizerKind::Adam;
    double momentum = 0;
    double beta1 = 0.9;
    double beta2 = 0.999;
    double epsilon = 1e-8;
    double weightDecay = 0;
    double gradientClip = 0;

    ScheduleKind schedule = ScheduleKind::OneCycle;
    double maxLr = 1e-3;
    double initialLr = 1e-7;
    double finalLr = 1e-5;
    double warmupFraction = 0.1;
    std::int64_t warmupSteps = 0;
    bool cycleBeta1 = false;

    std::int64_t batchSize = 250;
    double epochs = 5;
    std::int64_t steps = 0;
    std::int64_t seed = 1;
    Precision precision = Precision::Float32;
    Device device = Device::Automatic;
    std::int64_t threads = 1;
    std::int64_t workers = 1;
    Communication communication = Communication::Automatic;
    std::vector<Part> ablate;

    std::string data;
    std::string validationData;
    double validationFraction = 0.2;
    double memoryGb = 4;

    std::int64_t logEvery = 10;
    std::int64_t validateEvery = 0;
    bool evaluate = false;
    std::int64_t checkpointEvery = 0;
    std::int64_t statisticsEvery = 0;
    bool fixedBatch = false;

    /// Of the first family.
    Settings();
};

/// Reads the text of a config.json over `settings`. Returns what is wrong first: not JSON, a key that does
/// not exist (naming the nearest that does), a value of the wrong type or out of range, or settings that
/// contradict each other (settings_rules.h); empty where nothing is. `widthwise` is ignored.
std::string readSettings(std::string_view json, Settings& settings);

/// Gives one setting the value that `json` says. Returns what is wrong with it (`expected …, got …`), or
/// nothing.
std::string assign(Settings& settings, std::string_view key, std::string_view json);

bool isSetting(std::string_view key);
/// Whether a run may go on with another value than it began with.
bool mayChange(std::string_view key);
/// Those that name a file, which may be none.
std::span<const std::string_view> fileSettings();

/// All settings as a config.json that readSettings reads back to the same settings.
std::string toJson(const Settings& settings);

struct SettingDescription {
    std::string key;
    std::string type;
    std::string defaultValue;
    std::string meaning;
};
std::vector<SettingDescription> settingsTable();

/// A setting that differs between two runs of one trial.
struct SettingChange {
    std::string key;
    std::string before;
    std::string after;
};
std::vector<SettingChange> changes(const Settings& before, const Settings& after);

} // namespace widthwise::trainer
