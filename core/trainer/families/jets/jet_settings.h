// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/models/settings.h"

#include <cstdint>
#include <iterator>
#include <string>
#include <vector>

namespace widthwise::trainer {

struct SettingsGroup;

/// What every family of jets takes.
struct JetSettings {
    std::int64_t jets = 0;
    std::vector<std::string> classes;
    std::vector<double> classWeights;
    std::vector<double> originWeights;
    std::vector<std::string> jetVariables;
    std::vector<std::string> trackVariables;
    std::string normDict;
    std::string classDict;

    /// GN2's variables.
    JetSettings();

    /// Variables of one token: a track's and its jet's.
    std::int64_t inputs() const { return std::ssize(trackVariables) + std::ssize(jetVariables); }
};

const SettingsGroup& jetSettingsGroup();

} // namespace widthwise::trainer
