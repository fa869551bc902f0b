// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/coordinate_check_study.h"

#include "core/experiment/ranking.h"
#include "core/experiment/trial_settings.h"
#include "core/models/families.h"
#include "core/models/readable_settings.h"
#include "core/study/plan_checks.h"
#include "core/study/study_columns.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <sstream>
#include <stdexcept>

namespace widthwise {

namespace {

using Json = nlohmann::ordered_json;

/// Steps that the slopes are judged from on.
constexpr int fewestSteps = 3;

/// Samples that a check reads: enough for the means and deviations of the inputs, few enough to start at
/// once.
constexpr std::int64_t fewestSamples = 2000;
constexpr std::int64_t batchesRead = 4;

Json settingsOf(const Experiment& base, const Configuration& configuration)
{
    if (!std::holds_alternative<BundledTrainer>(base.trial.program))
        throw std::invalid_argument("trial.command: only a model of the bundled trainer can be checked by "
                                    "itself. A program of your own can "
                                    "record the metrics coordinate/<layer>/l1, the mean |x| of each layer's "
                                    "output, over a grid of the "
                                    "parameters width and parametrization");
    return Json::parse(trialSettings(base, configuration));
}

void checkPlanned(const CheckPlan& plan)
{
    checkList(plan.widths, fewestCheckWidths, "widths");
    checkList(plan.seeds, 1, "seeds");
    checkList(plan.parametrizations, 1, "parametrizations");
    checkParametrizations(plan.parametrizations);
    if (plan.steps < fewestSteps)
        throw std::invalid_argument("steps: expected at least " + std::to_string(fewestSteps) +
                                    ", from where on slopes are judged, got " + std::to_string(plan.steps));
    if (plan.learningRate && !(*plan.learningRate > 0 && std::isfinite(*plan.learningRate)))
        throw std::invalid_argument("learning rate: expected a number above 0");
}

/// Warm-up in the same part of the steps as before; in the usual part where it is not known how many those
/// were.
void compressWarmup(Json& settings, const trainer::Settings& before)
{
    if (before.warmupSteps <= 0)
        return;
    settings.erase("warmup_steps");
    if (before.steps > 0)
        settings["warmup_fraction"] = std::min(1.0, double(before.warmupSteps) / double(before.steps));
}

std::string checkedSettings(Json settings, const CheckPlan& plan)
{
    const trainer::Settings before = trainer::readableSettings(settings.dump());
    for (const char* searched : {"width", "parametrization", "seed"})
        settings.erase(searched);
    compressWarmup(settings, before);
    for (const char* replaced : {"epochs", "validation_data", "validation_fraction"})
        settings.erase(replaced);
    if (plan.learningRate)
        settings["max_lr"] = *plan.learningRate;
    const trainer::FamilyFacts& family = trainer::factsOf(before);
    const auto samples = std::max(fewestSamples, batchesRead * before.batchSize);
    const std::int64_t given = family.samples(before);
    settings[std::string(family.samplesSetting())] = given > 0 ? std::min(given, samples) : samples;
    settings["steps"] = plan.steps;
    if (plan.zeroReadout)
        settings["zero_readout"] = true;
    settings["fixed_batch"] = true;
    settings["statistics_every"] = 1;
    settings["log_every"] = 1;
    settings["validate_every"] = plan.steps;
    settings["checkpoint_every"] = -1; // of the widest models they take long and much room
    return settings.dump();
}

template <class T>
Parameter listed(const char* name, const std::vector<T>& values, const char* description)
{
    return {name, Choices{{values.begin(), values.end()}}, {}, description};
}

std::string descriptionOf(const Experiment& base, const Experiment& check, const CheckPlan& plan)
{
    std::ostringstream text;
    text << "Coordinate check of " << base.name << ": " << plan.steps << " steps on one batch"
         << (plan.zeroReadout ? ", the readout from zero," : "") << " at max_lr "
         << toText(*studyColumns(check, {}).learningRate);
    return text.str();
}

} // namespace

CheckPlan checkPlan(const Experiment& base, const Configuration& configuration)
{
    CheckPlan plan;
    if (!std::holds_alternative<BundledTrainer>(base.trial.program))
        return plan;
    std::erase_if(plan.widths, [unit = widthUnit(base, configuration).first](std::int64_t width) {
        return width % unit != 0;
    });
    const trainer::Settings settings = trainer::readableSettings(trialSettings(base, configuration));
    if (settings.parametrization == trainer::Parametrization::MaximalTable3)
        plan.parametrizations = {"sp", "mup-table-3"};
    return plan;
}

Configuration defaultConfiguration(const Experiment& base, std::span<const Trial> trials)
{
    if (const Trial* best = bestTrial(base, trials))
        return best->configuration;
    return base.space.build(
        [](const Parameter& parameter, std::size_t) { return valueAt(parameter.domain, 0.5); });
}

Experiment coordinateCheckOf(const Experiment& base, const Configuration& configuration,
                             const CheckPlan& plan)
{
    const Json settings = settingsOf(base, configuration);
    checkPlanned(plan);
    checkWidths(base, configuration, plan.widths);
    Experiment check;
    check.name = base.name + "-check";
    check.objective = {"train/loss", Direction::Minimize, ObjectiveValue::Last, {}};
    check.trial = base.trial;
    check.trial.program = BundledTrainer{checkedSettings(settings, plan)};
    check.space =
        SearchSpace({listed("seed", plan.seeds, "Of the initial values"),
                     listed("width", plan.widths, "Width of the model"),
                     listed("parametrization", plan.parametrizations, "How all scales with the width")});
    check.search.algorithm = "grid";
    check.site = base.site;
    check.resources = base.resources;
    check.budget.trials = int(plan.seeds.size() * plan.widths.size() * plan.parametrizations.size());
    check.description = descriptionOf(base, check, plan);
    return check;
}

bool isCoordinateCheck(const Experiment& experiment)
{
    const auto* trainer = std::get_if<BundledTrainer>(&experiment.trial.program);
    if (!trainer)
        return false;
    const trainer::Settings settings = trainer::readableSettings(trainer->settings);
    return settings.fixedBatch && settings.statisticsEvery > 0;
}

} // namespace widthwise
