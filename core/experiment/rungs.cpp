// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/rungs.h"

#include "core/schedule/schedulers.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string_view>

namespace widthwise {

namespace {

/// A run's length: the first of these that is known.
constexpr std::array stepNames{"steps", "max_steps"};
constexpr std::array epochNames{"epochs", "max_epochs"};
constexpr std::array batchNames{"batch_size"};
constexpr std::array trainerSteps{"steps"};
constexpr double mostSteps = 1e18; ///< as whole numbers are kept

double numberOf(const Value& value)
{
    if (const auto* whole = std::get_if<std::int64_t>(&value))
        return static_cast<double>(*whole);
    const auto* real = std::get_if<double>(&value);
    return real ? *real : 0;
}

/// The only value of a domain; empty where it has several.
struct OnlyValue {
    std::optional<Value> operator()(const FloatRange& range) const
    {
        const bool isOne = !(range.low + range.step.value_or(0) <= range.high && range.low < range.high);
        return isOne ? std::optional<Value>(range.low) : std::nullopt;
    }
    std::optional<Value> operator()(const IntegerRange& range) const
    {
        const auto span = static_cast<std::uint64_t>(range.high) - static_cast<std::uint64_t>(range.low);
        const bool isOne =
            range.low >= range.high || span < static_cast<std::uint64_t>(range.step.value_or(1));
        return isOne ? std::optional<Value>(range.low) : std::nullopt;
    }
    std::optional<Value> operator()(const Choices& choices) const
    {
        return choices.values.size() == 1 ? std::optional(choices.values.front()) : std::nullopt;
    }
    std::optional<Value> operator()(const FixedValue& fixed) const { return fixed.value; }
};

/// The value that all trials have; empty where they differ.
std::optional<Value> commonValue(const Parameter& parameter)
{
    return parameter.when ? std::nullopt : std::visit(OnlyValue(), parameter.domain);
}

/// The numbers among the trainer's settings; none where another program runs.
std::map<std::string, double> trainerNumbers(const Experiment& experiment)
{
    std::map<std::string, double> numbers;
    const auto* trainer = std::get_if<BundledTrainer>(&experiment.trial.program);
    const auto settings = nlohmann::json::parse(trainer ? trainer->settings : "{}", nullptr, false);
    if (settings.is_object())
        for (const auto& [name, value] : settings.items())
            if (value.is_number())
                numbers[name] = value.get<double>();
    return numbers;
}

/// What trials run with: the first that is known of these names; 0 where none is.
double givenNumber(const std::map<std::string, double>& settings, const Configuration& configuration,
                   std::span<const char* const> names)
{
    for (const char* name : names) {
        const Value* value = configuration.find(name);
        const auto set = settings.find(name);
        const double number = value ? numberOf(*value) : set != settings.end() ? set->second : 0;
        if (number > 0)
            return number;
    }
    return 0;
}

bool saysSteps(const SchedulerSettings& schedule)
{
    return schedule.settings.contains("max_steps") && schedulerOf(schedule.type).hasRungs;
}

RungPlan planOf(const Experiment& experiment)
{
    const SchedulerSettings& schedule = experiment.schedule;
    if (!schedulerOf(schedule.type).hasRungs)
        return {};
    if (experiment.fidelity)
        return {{}, static_cast<int>(experiment.fidelity->values.size())};
    const auto lowest = static_cast<std::int64_t>(settingOf(schedule, "min_steps"));
    const std::int64_t whole = runLength(experiment);
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
    return planOf(experiment).untilStep(trial.firstRung.value_or(trial.rung) - 1);
}

std::string keptCheckpoint(std::int64_t step)
{
    return "checkpoint.pt.step-" + std::to_string(step);
}

ScheduleLength::ScheduleLength(const Experiment& experiment)
    : m_settings(trainerNumbers(experiment)),
      m_hasTrainer(std::holds_alternative<BundledTrainer>(experiment.trial.program)),
      m_saysSteps(saysSteps(experiment.schedule))
{
}

double ScheduleLength::of(const Configuration& configuration) const
{
    if (const double steps = givenNumber(m_settings, configuration, stepNames); steps > 0)
        return steps;
    const double epochs = givenNumber(m_settings, configuration, epochNames);
    const bool counts = countsEpochs(epochs);
    const double batch = counts ? givenNumber(m_settings, configuration, batchNames) : 0;
    return (epochs > 0 ? epochs : 1) / (batch > 0 ? batch : 1);
}

/// Whether the steps of a run follow from its epochs, and so from the batch size.
bool ScheduleLength::countsEpochs(double epochs) const
{
    return epochs > 0 || !m_saysSteps || m_hasTrainer;
}

std::vector<std::string> ScheduleLength::parameters(const SearchSpace& space) const
{
    std::vector<std::string> names;
    const auto collect = [&](std::span<const char* const> from) {
        for (const char* name : from)
            if (isVaried(space, name))
                names.emplace_back(name);
    };
    const Configuration common = commonValues(space);
    collect(stepNames);
    if (!names.empty() || givenNumber(m_settings, common, stepNames) > 0)
        return names;
    collect(epochNames);
    if (!names.empty() || countsEpochs(givenNumber(m_settings, common, epochNames)))
        collect(batchNames);
    return names;
}

bool isVaried(const SearchSpace& space, std::string_view name)
{
    const Parameter* parameter = space.find(name);
    return parameter && !commonValue(*parameter);
}

Configuration commonValues(const SearchSpace& space)
{
    Configuration common;
    for (const Parameter& parameter : space.parameters())
        if (std::optional<Value> value = commonValue(parameter))
            common.set(parameter.name, *std::move(value));
    return common;
}

std::int64_t runLength(const Experiment& experiment)
{
    const bool hasRungs = schedulerOf(experiment.schedule.type).hasRungs;
    const double most = hasRungs ? settingOf(experiment.schedule, "max_steps") : 0;
    return most > 0 ? static_cast<std::int64_t>(most) : settingOfSteps(experiment);
}

std::int64_t settingOfSteps(const Experiment& experiment)
{
    if (!std::holds_alternative<BundledTrainer>(experiment.trial.program))
        return 0;
    const double steps =
        givenNumber(trainerNumbers(experiment), commonValues(experiment.space), trainerSteps);
    return static_cast<std::int64_t>(std::min(steps, mostSteps));
}

} // namespace widthwise
