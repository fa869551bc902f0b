// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/models/choices.h"

#include <cstdint>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace widthwise::trainer {

/// Everything that config.json can say. `settingsTable` describes each member; the order here is the order
/// there.
struct Settings {
    ModelKind model = ModelKind::Gn2;
    std::int64_t width = 64;
    std::int64_t baseWidth = 64;
    std::int64_t layers = 4;
    std::int64_t heads = 8;
    std::int64_t headWidth = 0;
    Parametrization parametrization = Parametrization::Maximal;
    bool zeroReadout = false;
    bool zeroQuery = false;
    bool registerToken = false;
    bool normAfterReadout = false;
    bool originTask = false;
    double originLossWeight = 0.5;
    bool vertexTask = false;
    double vertexLossWeight = 1.5;
    std::int64_t mlpTracks = 5;
    Activation activation = Activation::Relu;
    bool bias = true;
    bool standardize = true;
    bool identityStart = false;
    double binaryLossWeight = 10;
    double ptLossWeight = 1;
    double directionLossWeight = 0.01;
    double energyLossWeight = 1;

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
    std::int64_t jets = 0;
    double memoryGb = 4;
    std::vector<std::string> classes;
    std::vector<double> classWeights;
    std::vector<double> originWeights;
    std::vector<std::string> jetVariables;
    std::vector<std::string> trackVariables;
    std::string normDict;
    std::string classDict;

    std::int64_t logEvery = 10;
    std::int64_t validateEvery = 0;
    bool evaluate = false;
    std::int64_t checkpointEvery = 0;
    std::int64_t statisticsEvery = 0;
    bool fixedBatch = false;

    Settings();

    /// The width of one attention head, and of one at the base width.
    std::int64_t widthOfHead() const { return widthOfHeadAt(width); }
    std::int64_t baseWidthOfHead() const { return widthOfHeadAt(baseWidth); }
    std::int64_t headCount() const { return width / widthOfHead(); }
    /// Variables of one token: a track's and its jet's.
    std::int64_t inputs() const { return std::ssize(trackVariables) + std::ssize(jetVariables); }

private:
    /// An mlpf gets more heads with its width, where nothing else is said, not wider ones.
    std::int64_t widthOfHeadAt(std::int64_t modelWidth) const
    {
        constexpr std::int64_t ofMlpf = 16;
        if (headWidth > 0) {
            return headWidth;
        }
        return model == ModelKind::Mlpf ? ofMlpf : modelWidth / heads;
    }
};

/// Reads the text of a config.json over `settings`. Returns what is wrong first: not JSON, a key that does
/// not exist (naming the nearest that does), a value of the wrong type or out of range, or settings that
/// contradict each other (settings_rules.h); empty where nothing is. `widthwise` is ignored.
std::string readSettings(std::string_view json, Settings& settings);

/// Gives one setting the value that `json` says. Returns what is wrong with it (`expected …, got …`), or
/// nothing.
std::string assign(Settings& settings, std::string_view key, std::string_view json);

bool isSetting(std::string_view key);
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
