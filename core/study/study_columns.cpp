// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/study_columns.h"

#include "core/experiment/trial_settings.h"
#include "core/models/readable_settings.h"

#include <cmath>

namespace widthwise {

namespace {

constexpr double largestWhole = 9e15; ///< up to here the trainer takes a number as a whole one

std::optional<double> real(const Configuration& configuration, std::string_view name)
{
    const Value* value = configuration.find(name);
    if (value == nullptr)
        return std::nullopt;
    if (const auto* number = std::get_if<double>(value))
        return *number;
    const auto* whole = std::get_if<std::int64_t>(value);
    return whole != nullptr ? std::optional(static_cast<double>(*whole)) : std::nullopt;
}

std::optional<std::int64_t> whole(const Configuration& configuration, std::string_view name)
{
    const std::optional<double> number = real(configuration, name);
    if (!number || std::trunc(*number) != *number || std::abs(*number) > largestWhole)
        return std::nullopt;
    return static_cast<std::int64_t>(*number);
}

std::string text(const Configuration& configuration, std::string_view name)
{
    const Value* value = configuration.find(name);
    const auto* words = value != nullptr ? std::get_if<std::string>(value) : nullptr;
    return words != nullptr ? *words : std::string();
}

StudyColumns columnsOfCommand(const Configuration& configuration)
{
    StudyColumns columns{whole(configuration, "width"),
                         whole(configuration, "base_width"),
                         text(configuration, "parametrization"),
                         {},
                         whole(configuration, "seed")};
    for (const char* name : {"max_lr", "learning_rate", "lr"})
        if (!columns.learningRate)
            columns.learningRate = real(configuration, name);
    return columns;
}

} // namespace

StudyColumns studyColumns(const Experiment& experiment, const Configuration& configuration)
{
    if (!std::holds_alternative<BundledTrainer>(experiment.trial.program))
        return columnsOfCommand(configuration);
    const trainer::Settings settings = trainer::readableSettings(trialSettings(experiment, configuration));
    return {settings.width, settings.baseWidth, std::string(nameOf(settings.parametrization)), settings.maxLr,
            settings.seed};
}

} // namespace widthwise
