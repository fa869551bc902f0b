// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/rungs.h"

#include "core/schedule/schedulers.h"

#include <nlohmann/json.hpp>

#include <string_view>

namespace widthwise {

namespace {

double numberOf(const Configuration& configuration, std::string_view name)
{
    const Value* value = configuration.find(name);
    if (!value)
        return 0;
    if (const auto* whole = std::get_if<std::int64_t>(value))
        return static_cast<double>(*whole);
    const auto* real = std::get_if<double>(value);
    return real ? *real : 0;
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
    return rungsOfOneRun(lowest, length > 0 ? length : settingOfSteps(experiment),
                         settingOf(schedule, "eta"));
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

double scheduleLength(const Configuration& configuration)
{
    for (const char* name : {"steps", "max_steps"})
        if (const double steps = numberOf(configuration, name); steps > 0)
            return steps;
    double length = 1;
    for (const char* name : {"epochs", "max_epochs"})
        if (const double epochs = numberOf(configuration, name); epochs > 0)
            length = epochs;
    const double batch = numberOf(configuration, "batch_size");
    return batch > 0 ? length / batch : length;
}

std::int64_t settingOfSteps(const Experiment& experiment)
{
    const auto* trainer = std::get_if<BundledTrainer>(&experiment.trial.program);
    if (!trainer)
        return 0;
    const auto settings = nlohmann::json::parse(trainer->settings, nullptr, false);
    const auto steps = settings.is_object() ? settings.find("steps") : settings.end();
    return settings.is_object() && steps != settings.end() && steps->is_number_integer()
               ? steps->get<std::int64_t>()
               : 0;
}

} // namespace widthwise
