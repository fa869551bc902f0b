// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/rungs.h"

#include "core/schedule/schedulers.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <functional>
#include <span>
#include <string_view>

namespace widthwise {

namespace {

/// A run's length: the first of these that is known.
constexpr std::array stepNames{"steps", "max_steps"};
constexpr std::array epochNames{"epochs", "max_epochs"};
constexpr const char* batchName = "batch_size";

double numberOf(const Value& value)
{
    if (const auto* whole = std::get_if<std::int64_t>(&value))
        return static_cast<double>(*whole);
    const auto* real = std::get_if<double>(&value);
    return real ? *real : 0;
}

nlohmann::json trainerSettings(const Experiment& experiment)
{
    const auto* trainer = std::get_if<BundledTrainer>(&experiment.trial.program);
    const auto settings = nlohmann::json::parse(trainer ? trainer->settings : "{}", nullptr, false);
    return settings.is_object() ? settings : nlohmann::json::object();
}

/// What trials run with, beside what they search; 0 where it is not known.
double givenNumber(const nlohmann::json& settings, const Configuration& configuration, const char* name)
{
    if (const Value* value = configuration.find(name))
        return numberOf(*value);
    const auto found = settings.find(name);
    return found != settings.end() && found->is_number() ? found->get<double>() : 0;
}

double firstOf(std::span<const char* const> names, const std::function<double(const char*)>& numberOf)
{
    for (const char* name : names)
        if (const double number = numberOf(name); number > 0)
            return number;
    return 0;
}

/// Whether trials differ in it.
bool isVaried(const Parameter& parameter)
{
    return parameter.when || gridValues(parameter.domain, 2).size() > 1;
}

/// The values that all trials have in common.
Configuration fixedValues(const SearchSpace& space)
{
    Configuration fixed;
    for (const Parameter& parameter : space.parameters())
        if (!isVaried(parameter))
            fixed.set(parameter.name, gridValues(parameter.domain, 1).front());
    return fixed;
}

/// Whether the steps of a run follow from its epochs, and so from the batch size.
bool countsEpochs(const Experiment& experiment, double epochs)
{
    const auto& schedule = experiment.schedule;
    const bool saysSteps = schedule.settings.contains("max_steps") && schedulerOf(schedule.type).hasRungs;
    return epochs > 0 || !saysSteps || std::holds_alternative<BundledTrainer>(experiment.trial.program);
}

RungPlan planOf(const Experiment& experiment)
{
    const SchedulerSettings& schedule = experiment.schedule;
    if (!schedulerOf(schedule.type).hasRungs)
        return {};
    if (experiment.fidelity)
        return {{}, static_cast<int>(experiment.fidelity->values.size())};
    const auto lowest = static_cast<std::int64_t>(settingOf(schedule, "min_steps"));
    const auto length = static_cast<std::int64_t>(settingOf(schedule, "max_steps"));
    const std::int64_t whole = length > 0 ? length : settingOfSteps(experiment);
    return schedulerOf(schedule.type).copies ? evenRungs(lowest, whole)
                                             : rungsOfOneRun(lowest, whole, settingOf(schedule, "eta"));
}

} // namespace

SchedulingTask schedulingTask(const Experiment& experiment)
{
    return {.plan = planOf(experiment),
            .direction = experiment.objective.direction,
            .value = experiment.objective.value,
            .trials = experiment.budget.trials,
            .seed = experiment.seed};
}

std::optional<std::int64_t> copiedAt(const Experiment& experiment, const Trial& trial)
{
    if (!trial.promotedFrom || !schedulerOf(experiment.schedule.type).copies)
        return std::nullopt;
    return planOf(experiment).untilStep(trial.rung - 1);
}

std::string keptCheckpoint(std::int64_t step)
{
    return "checkpoint.pt.step-" + std::to_string(step);
}

double scheduleLength(const Experiment& experiment, const Configuration& configuration)
{
    const nlohmann::json settings = trainerSettings(experiment);
    const auto given = [&](const char* name) { return givenNumber(settings, configuration, name); };
    if (const double steps = firstOf(stepNames, given); steps > 0)
        return steps;
    const double epochs = firstOf(epochNames, given);
    const double batch = countsEpochs(experiment, epochs) ? given(batchName) : 0;
    return (epochs > 0 ? epochs : 1) / (batch > 0 ? batch : 1);
}

std::vector<std::string> lengthParameters(const Experiment& experiment)
{
    std::vector<std::string> names;
    const auto collect = [&](std::span<const char* const> from) {
        for (const char* name : from)
            if (const Parameter* parameter = experiment.space.find(name); parameter && isVaried(*parameter))
                names.emplace_back(name);
    };
    collect(stepNames);
    const nlohmann::json settings = trainerSettings(experiment);
    const Configuration fixed = fixedValues(experiment.space);
    const auto given = [&](const char* name) { return givenNumber(settings, fixed, name); };
    if (!names.empty() || firstOf(stepNames, given) > 0)
        return names;
    collect(epochNames);
    if (!names.empty() || countsEpochs(experiment, firstOf(epochNames, given)))
        collect(std::array{batchName});
    return names;
}

std::int64_t settingOfSteps(const Experiment& experiment)
{
    const nlohmann::json settings = trainerSettings(experiment);
    const auto steps = settings.find("steps");
    return steps != settings.end() && steps->is_number_integer() ? steps->get<std::int64_t>() : 0;
}

} // namespace widthwise
