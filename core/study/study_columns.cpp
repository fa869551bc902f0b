// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/study_columns.h"

#include "core/experiment/trial_settings.h"

#include <nlohmann/json.hpp>

#include <cmath>

namespace widthwise {

namespace {

using Json = nlohmann::json;

/// Of the bundled trainer (core/models/settings.h).
const StudyColumns trainerDefaults{64, 64, "mup", 1e-3, 1};

std::optional<std::int64_t> whole(const Json& settings, const char* key)
{
    const auto found = settings.find(key);
    if (found == settings.end() || !found->is_number() || std::trunc(found->get<double>()) != *found ||
        std::abs(found->get<double>()) > 9e15) // as in core/trainer/settings.cpp
        return std::nullopt;
    return found->get<std::int64_t>();
}

std::optional<double> real(const Json& settings, const char* key)
{
    const auto found = settings.find(key);
    return found != settings.end() && found->is_number() ? std::optional(found->get<double>()) : std::nullopt;
}

std::string text(const Json& settings, const char* key)
{
    const auto found = settings.find(key);
    return found != settings.end() && found->is_string() ? found->get<std::string>() : std::string();
}

} // namespace

StudyColumns studyColumns(const Experiment& experiment, const Configuration& configuration)
{
    const Json settings = Json::parse(trialSettings(experiment, configuration));
    StudyColumns columns{whole(settings, "width"), whole(settings, "base_width"),
                         text(settings, "parametrization"), real(settings, "max_lr"),
                         whole(settings, "seed")};
    if (std::holds_alternative<BundledTrainer>(experiment.trial.program)) {
        if (columns.parametrization.empty())
            columns.parametrization = trainerDefaults.parametrization;
        columns.width = columns.width ? columns.width : trainerDefaults.width;
        columns.baseWidth = columns.baseWidth ? columns.baseWidth : trainerDefaults.baseWidth;
        columns.learningRate = columns.learningRate ? columns.learningRate : trainerDefaults.learningRate;
        columns.seed = columns.seed ? columns.seed : trainerDefaults.seed;
        return columns;
    }
    for (const char* name : {"learning_rate", "lr"})
        if (!columns.learningRate)
            columns.learningRate = real(settings, name);
    return columns;
}

} // namespace widthwise
