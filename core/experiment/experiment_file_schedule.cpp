// SPDX-License-Identifier: GPL-3.0-or-later
// What the scheduler and its rungs need of the rest of an experiment file.
#include "core/experiment/experiment_sections.h"
#include "core/experiment/first_rung.h"
#include "core/experiment/progress.h"
#include "core/experiment/rungs.h"
#include "core/experiment/trial_settings.h"
#include "core/models/readable_settings.h"
#include "core/models/settings_rules.h"
#include "core/schedule/schedulers.h"
#include "core/space/nearest.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace widthwise {

namespace {

/// From a rung of such a scheduler a trial goes on as another one, of the next size.
bool climbsSizes(const SchedulerDescription& scheduler)
{
    return scheduler.pauses && !scheduler.copies;
}

/// The schedulers whose rungs may be sizes, as a sentence lists them.
std::string schedulersThatClimb()
{
    std::string text;
    for (const SchedulerDescription& scheduler : schedulers())
        if (climbsSizes(scheduler))
            text += (text.empty() ? "" : ", ") + scheduler.id;
    return text;
}

bool isBundled(const Experiment& experiment)
{
    return std::holds_alternative<BundledTrainer>(experiment.trial.program);
}

/// What is at `key` of a section, else the section itself: where a problem is told.
void tell(const YamlValue& section, std::string_view key, const std::string& message)
{
    if (section.isMap())
        for (const auto& [name, value] : section.entries())
            if (name == key)
                return value.addProblem(message);
    section.addKeyProblem(message);
}

/// Whether the file says something there, as what is wrong and was told where it was read.
bool says(const YamlValue& section, std::string_view key)
{
    return section.isMap() &&
           std::ranges::any_of(section.entries(), [&](const auto& entry) { return entry.first == key; });
}

/// Rungs of one run.
void checkSteps(const Experiment& experiment, const YamlValue& section)
{
    const SchedulerSettings& schedule = experiment.schedule;
    const auto lowest = static_cast<std::int64_t>(settingOf(schedule, "min_steps"));
    const auto most = static_cast<std::int64_t>(settingOf(schedule, "max_steps"));
    const std::int64_t steps = settingOfSteps(experiment);
    const std::int64_t length = runLength(experiment);
    if ((lowest == 0 && says(section, "min_steps")) || (most == 0 && says(section, "max_steps")))
        return;
    if (lowest == 0)
        return section.addKeyProblem(
            schedule.type + " compares trials at rungs: give min_steps, the step of the lowest, as in "
                            "min_steps: 100");
    if (length == 0)
        return section.addKeyProblem(
            "how long a whole run is, is not known: give max_steps, the step at which a trial "
            "ends");
    if (steps > 0 && most > steps)
        return tell(section, "max_steps",
                    "a run has only " + std::to_string(steps) +
                        " steps, as the trainer's setting "
                        "steps says");
    if (lowest >= length)
        return tell(section, "min_steps",
                    "expected less than the " + std::to_string(length) + " steps of a whole run");
    if (const std::int64_t warmup = warmupEnd(experiment, length); lowest < warmup)
        tell(section, "min_steps",
             "the learning rate still rises then, and the order of trials says nothing: take at least " +
                 std::to_string(warmup) + ", the end of the warm-up");
}

/// Where all trials of a bracket are compared with one another.
void checkLengths(const Experiment& experiment, const YamlValue& section)
{
    if (!schedulerOf(experiment.schedule.type).needsAll)
        return;
    for (const std::string& name : ScheduleLength(experiment).parameters(experiment.space))
        tell(section, "type",
             experiment.schedule.type + " compares all trials with one another, and those with another " +
                 name + (name == "batch_size" ? " take other steps through as many epochs" : "") +
                 " are not comparable at one step: fix " + name +
                 (name == "batch_size" ? ", give steps in place of epochs" : "") +
                 ", or take asha, which compares like with like");
}

void checkPopulation(const Experiment& experiment, const YamlValue& section)
{
    const SchedulerSettings& schedule = experiment.schedule;
    const std::int64_t trials =
        experiment.space.problems().empty() ? plannedTrials(experiment).value_or(INT64_MAX) : INT64_MAX;
    if (const std::string why = whyNothingIsCopied(schedule, trials); !why.empty())
        tell(section, "truncation", why);
    const auto interval = static_cast<std::int64_t>(settingOf(schedule, "min_steps"));
    if (const std::int64_t length = runLength(experiment); interval > 0 && length / interval > mostRungs)
        tell(section, "min_steps",
             "a population would be compared " + std::to_string(length / interval) +
                 " times: take at least " + std::to_string(length / mostRungs + 1));
}

/// Where a trial goes on from another one's checkpoint.
void checkCopies(const Experiment& experiment, const YamlMap& root)
{
    const std::string& type = experiment.schedule.type;
    if (const YamlValue* fidelity = root.find("fidelity"))
        fidelity->addKeyProblem(type +
                                " copies checkpoints, which do not fit another size: leave the fidelity "
                                "out, or take asha");
    const YamlValue* space = root.find("space");
    const std::vector<std::string> lengths = ScheduleLength(experiment).parameters(experiment.space);
    for (const Parameter* parameter : experiment.space.varied()) {
        const bool isLength = std::ranges::find(lengths, parameter->name) != lengths.end();
        const bool fits = isBundled(experiment) ? trainer::mayChange(parameter->name) : !isLength;
        if (!fits && space)
            tell(*space, parameter->name,
                 type +
                     " copies a trial's checkpoint to one with other hyperparameters, and one with another " +
                     parameter->name + " does not fit it: fix " + parameter->name + ", or take asha");
    }
}

bool isSetting(std::string_view name)
{
    const std::vector<trainer::SettingDescription> table = trainer::settingsTable();
    return std::ranges::find(table, name, &trainer::SettingDescription::key) != table.end();
}

/// A setting of the trainer, or a placeholder or fixed value of a command.
std::string whyNotFidelity(const Experiment& experiment, const std::string& name)
{
    if (isVaried(experiment.space, name))
        return name + " is searched: take it out of the space, or fix it there";
    if (isBundled(experiment))
        return isSetting(name) ? "" : name + " is no setting of the trainer; width and layers are";
    const Parameter* parameter = experiment.space.find(name);
    const auto* fixed = parameter ? std::get_if<FixedValue>(&parameter->domain) : nullptr;
    if (fixed && std::holds_alternative<std::string>(fixed->value))
        return name + " is fixed to the text " + toText(fixed->value) + ": fix it to a number";
    std::vector<std::string> names;
    for (const Parameter& known : experiment.space.parameters())
        names.push_back(known.name);
    return parameter ? ""
                     : name + " names no parameter of the space" + suggestion(name, names) +
                           "; add it there with a fixed value, as " + name + ": " +
                           std::to_string(experiment.fidelity->values.front());
}

/// Why the trainer refuses a size; empty where it does not.
std::string whyNotTrained(const Experiment& experiment, std::int64_t size)
{
    const std::string& name = experiment.fidelity->parameter;
    trainer::Settings settings =
        trainer::readableSettings(trialSettings(experiment, Configuration({{name, size}})));
    if (const std::string refusal = trainer::assign(settings, name, std::to_string(size)); !refusal.empty())
        return name + " cannot be " + std::to_string(size) + ": " + refusal;
    for (const trainer::SettingsRule& rule : trainer::settingsRules())
        if (std::ranges::find(rule.keys, name) != rule.keys.end())
            if (const std::string refusal = rule.refusal(settings); !refusal.empty())
                return refusal;
    return {};
}

void checkFidelity(const Experiment& experiment, const YamlValue& section)
{
    const Fidelity& fidelity = *experiment.fidelity;
    if (fidelity.parameter.empty() || fidelity.values.size() < 2)
        return; // told where it was read
    const SchedulerDescription& scheduler = schedulerOf(experiment.schedule.type);
    if (!climbsSizes(scheduler) && !scheduler.copies) // which is told of its copies
        section.addKeyProblem((scheduler.hasRungs
                                   ? scheduler.id + " stops trials on the way and has none go on at another "
                                                    "size, as a fidelity needs it"
                                   : "a fidelity needs a scheduler with rungs to climb") +
                              ": set schedule.type to one of " + schedulersThatClimb());
    if (const std::string problem = whyNotFidelity(experiment, fidelity.parameter); !problem.empty())
        return tell(section, "kind", problem);
    for (const std::int64_t size : fidelity.values)
        if (const std::string problem = isBundled(experiment) ? whyNotTrained(experiment, size) : "";
            !problem.empty())
            return tell(section, "values", problem);
}

} // namespace

void checkSchedule(const Experiment& experiment, const YamlMap& root)
{
    const YamlValue* schedule = root.find("schedule");
    const YamlValue* fidelity = root.find("fidelity");
    if (experiment.fidelity && fidelity)
        checkFidelity(experiment, *fidelity);
    if (!schedule || !schedulerOf(experiment.schedule.type).hasRungs)
        return;
    if (!experiment.fidelity)
        checkSteps(experiment, *schedule);
    if (schedulerOf(experiment.schedule.type).copies) {
        checkPopulation(experiment, *schedule);
        return checkCopies(experiment, root);
    }
    checkLengths(experiment, *schedule);
}

} // namespace widthwise
