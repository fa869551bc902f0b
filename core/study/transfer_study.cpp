// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/transfer_study.h"

#include "core/experiment/ranking.h"
#include "core/experiment/trial_settings.h"
#include "core/models/families.h"
#include "core/models/readable_settings.h"
#include "core/study/plan_checks.h"
#include "core/study/study_columns.h"
#include "core/study/width_cost.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace widthwise {

namespace {

using Json = nlohmann::ordered_json;

std::string nameOf(const TrialRecord& record)
{
    return "trial " + std::to_string(record.trial.number);
}

std::string dividing(std::int64_t width, std::int64_t divisor)
{
    const std::int64_t below = width / divisor * divisor;
    return (below > 0 ? std::to_string(below) + " or " : "") + std::to_string(below + divisor);
}

void checkWidth(const Experiment& base, const TrialRecord& winner, std::int64_t width)
{
    const std::optional<std::int64_t> before = studyColumns(base, winner.trial.configuration).width;
    if (!before)
        throw std::invalid_argument(
            "the command of " + base.name +
            " has no parameter named width, which says how wide its model is: add one to "
            "its space and to its command");
    if (width <= *before)
        throw std::invalid_argument("width " + std::to_string(width) + ": expected more than " +
                                    std::to_string(*before) + ", the width of " + nameOf(winner));
    const std::int64_t divisor = widthUnit(base, winner.trial.configuration).first;
    if (width % divisor != 0)
        throw std::invalid_argument("width " + std::to_string(width) + " is not a multiple of " +
                                    std::to_string(divisor) + ", as the attention heads of " +
                                    nameOf(winner) + " need it: choose " + dividing(width, divisor));
}

void check(const Experiment& base, std::span<const TrialRecord> winners, const TransferPlan& plan)
{
    if (winners.empty())
        throw std::invalid_argument("no trial of " + base.name +
                                    " has a value yet: there is none to be transferred");
    for (const TrialRecord& winner : winners)
        checkWidth(base, winner, plan.width);
    const bool bundled = std::holds_alternative<BundledTrainer>(base.trial.program);
    if (!bundled && (plan.epochs || plan.steps || plan.jets))
        throw std::invalid_argument(
            "epochs, steps and jets are settings of the bundled trainer: a command's own "
            "parameters stay as they were in the search");
    if (plan.epochs && plan.steps)
        throw std::invalid_argument("expected epochs or steps, not both");
    if ((plan.epochs && !(*plan.epochs > 0 && std::isfinite(*plan.epochs))) ||
        (plan.steps && *plan.steps < 1))
        throw std::invalid_argument("expected epochs or steps above 0");
    if (plan.jets && *plan.jets < 0)
        throw std::invalid_argument("jets: expected at least 0");
}

/// What limits the number of samples; empty for a command.
std::string samplesSettingOf(const Experiment& base)
{
    const auto* bundled = std::get_if<BundledTrainer>(&base.trial.program);
    return bundled
               ? std::string(trainer::factsOf(trainer::readableSettings(bundled->settings)).samplesSetting())
               : std::string();
}

/// Settings of the trainer that the plan changes. What has null is left to its default.
Json changedSettings(const TransferPlan& plan, const std::string& samplesSetting)
{
    Json changed{{"width", plan.width}};
    if (plan.epochs)
        changed.update({{"epochs", *plan.epochs}, {"steps", nullptr}});
    if (plan.steps)
        changed.update({{"steps", *plan.steps}, {"epochs", nullptr}});
    if (plan.jets)
        changed[samplesSetting] = *plan.jets;
    return changed;
}

/// The trainer's settings with the plan's, and with the base width where the search does not choose it.
std::string transferredSettings(const Experiment& base, std::span<const TrialRecord> winners,
                                const TransferPlan& plan)
{
    Json settings = Json::parse(std::get<BundledTrainer>(base.trial.program).settings);
    settings["base_width"] = *studyColumns(base, winners.front().trial.configuration).baseWidth;
    const Json changed = changedSettings(plan, samplesSettingOf(base));
    for (const auto& [key, value] : changed.items()) {
        if (value.is_null())
            settings.erase(key);
        else
            settings[key] = value;
    }
    return settings.dump();
}

/// A winner's values of what was searched, without those that the plan says otherwise.
Configuration kept(const Configuration& configuration, bool bundled, const Json& changed, std::int64_t width)
{
    Configuration result;
    for (const auto& [name, value] : configuration.entries()) {
        if (!changed.contains(name))
            result.set(name, value);
        else if (!bundled)
            result.set(name, width);
    }
    return result;
}

std::vector<Configuration> keptOf(const Experiment& base, std::span<const TrialRecord> winners,
                                  const TransferPlan& plan)
{
    const bool bundled = std::holds_alternative<BundledTrainer>(base.trial.program);
    const Json changed = changedSettings(plan, samplesSettingOf(base));
    std::vector<Configuration> configurations;
    for (const TrialRecord& winner : winners)
        configurations.push_back(kept(winner.trial.configuration, bundled, changed, plan.width));
    return configurations;
}

/// What the winners have of one parameter of the search.
struct Found {
    std::vector<Value> values; ///< different ones
    std::size_t trials = 0;    ///< that have it at all
};

Found valuesOf(const std::string& name, std::span<const Configuration> configurations)
{
    Found found;
    for (const Configuration& configuration : configurations)
        if (const Value* value = configuration.find(name)) {
            ++found.trials;
            if (std::ranges::find(found.values, *value) == found.values.end())
                found.values.push_back(*value);
        }
    return found;
}

/// The space of exactly these configurations: one value where they agree, else a choice.
SearchSpace spaceOf(const SearchSpace& searched, std::span<const Configuration> configurations)
{
    std::vector<Parameter> parameters;
    for (const Parameter& parameter : searched.parameters()) {
        const Found found = valuesOf(parameter.name, configurations);
        if (found.values.empty())
            continue;
        Parameter fixed{parameter.name, FixedValue{found.values.front()}, {}, parameter.description};
        if (found.values.size() > 1)
            fixed.domain = Choices{found.values};
        if (found.trials < configurations.size()) { // its parent differs among them, and so is there
            fixed.when = parameter.when;
            const std::vector<Value> parents = valuesOf(fixed.when->parameter, configurations).values;
            std::erase_if(fixed.when->values, [&](const Value& value) {
                return std::ranges::find(parents, value) == parents.end();
            });
        }
        parameters.push_back(std::move(fixed));
    }
    return SearchSpace(std::move(parameters));
}

SearchSettings searchOf(const SearchSpace& space, std::span<const Configuration> configurations)
{
    SearchSettings search;
    search.algorithm = configurations.size() == 1 ? "grid" : "list";
    if (configurations.size() == 1)
        return search;
    for (const Configuration& configuration : configurations) {
        Configuration varied;
        for (const Parameter* parameter : space.varied())
            if (const Value* value = configuration.find(parameter->name))
                varied.set(parameter->name, *value);
        search.configurations.push_back(std::move(varied));
    }
    return search;
}

std::string descriptionOf(const Experiment& base, std::span<const TrialRecord> winners,
                          const TransferPlan& plan)
{
    std::string numbers;
    for (const TrialRecord& winner : winners)
        numbers += (numbers.empty() ? "" : ", ") + std::to_string(winner.trial.number);
    const StudyColumns columns = studyColumns(base, winners.front().trial.configuration);
    return "Trial" + std::string(winners.size() > 1 ? "s " : " ") + numbers + " of " + base.name +
           " (width " + std::to_string(*columns.width) + ") at width " + std::to_string(plan.width) +
           (columns.baseWidth ? ", base width " + std::to_string(*columns.baseWidth) : "");
}

/// Steps at full width for each of the search. Empty where jets change from an unknown number.
std::optional<double> lengthRatio(const Experiment& base, const TrialRecord& winner, const TransferPlan& plan)
{
    const trainer::Settings settings =
        trainer::readableSettings(trialSettings(base, winner.trial.configuration));
    const auto steps = static_cast<double>(settings.steps);
    if (plan.steps) {
        const double before = steps > 0 ? steps : double(winner.trial.lastStep.value_or(0));
        return before > 0 ? std::optional(double(*plan.steps) / before) : std::nullopt;
    }
    if (steps > 0)
        return plan.epochs ? std::nullopt : std::optional(1.0);
    const double epochs = settings.epochs;
    const double moreJets =
        plan.jets ? double(*plan.jets) / double(trainer::factsOf(settings).samples(settings)) : 1;
    if (epochs <= 0 || !std::isfinite(moreJets) || moreJets <= 0)
        return std::nullopt;
    return plan.epochs.value_or(epochs) / epochs * moreJets;
}

} // namespace

std::vector<TrialRecord> bestTrials(const Objective& objective, std::vector<TrialRecord> trials,
                                    std::size_t count)
{
    std::erase_if(trials, [](const TrialRecord& record) { return !isSettled(record.trial); });
    std::ranges::stable_sort(trials, [&](const TrialRecord& a, const TrialRecord& b) {
        return isBetter(objective, *a.trial.objective, *b.trial.objective);
    });
    if (trials.size() > count)
        trials.resize(count);
    return trials;
}

Experiment transferOf(const Experiment& base, std::span<const TrialRecord> winners, const TransferPlan& plan)
{
    check(base, winners, plan);
    const std::vector<Configuration> configurations = keptOf(base, winners, plan);
    Experiment transfer = base;
    transfer.name = base.name + "-transfer-" + std::to_string(plan.width);
    transfer.description = descriptionOf(base, winners, plan);
    if (std::holds_alternative<BundledTrainer>(base.trial.program))
        transfer.trial.program = BundledTrainer{transferredSettings(base, winners, plan)};
    transfer.space = spaceOf(base.space, configurations);
    transfer.search = searchOf(transfer.space, configurations);
    transfer.objective.goal.reset();
    transfer.schedule = {};
    transfer.fidelity.reset();
    transfer.budget = {};
    transfer.budget.trials = static_cast<int>(winners.size());
    transfer.resources.parallel = std::min(base.resources.parallel, *transfer.budget.trials);
    if (transfer.resources.timeLimit)
        if (const auto estimate = estimateTransfer(base, winners, plan, transfer))
            *transfer.resources.timeLimit *=
                std::max(1.0, std::ceil(estimate->workRatio * estimate->lengthRatio));
    return transfer;
}

std::vector<Trial> transferTrials(const Experiment& experiment, std::span<const TrialRecord> winners,
                                  TimePoint now)
{
    const auto search = makeSearchAlgorithm(experiment.search, experiment.space,
                                            experiment.objective.direction, experiment.seed);
    std::vector<Trial> trials;
    History history;
    for (const TrialRecord& winner : winners) {
        Trial trial;
        trial.number = static_cast<int>(trials.size());
        trial.configuration = std::get<Configuration>(search->propose(history));
        history.push_back({.configuration = trial.configuration});
        trial.created = now;
        trial.parent = winner.id;
        trials.push_back(std::move(trial));
    }
    return trials;
}

std::optional<TransferEstimate> estimateTransfer(const Experiment& base, std::span<const TrialRecord> winners,
                                                 const TransferPlan& plan, const Experiment& transfer)
{
    TransferEstimate estimate;
    const std::vector<Configuration> wide = keptOf(base, winners, plan);
    for (std::size_t i = 0; i < winners.size(); ++i) {
        const Trial& trial = winners[i].trial;
        const auto work = stepTimeRatio(base, trial.configuration, transfer, wide[i]);
        const auto length = lengthRatio(base, winners[i], plan);
        if (!work || !length)
            return std::nullopt;
        if (i == 0)
            estimate = {*work, *length, {}};
        estimate.time += duration(trial, trial.finished.value_or(trial.created)) * *work * *length;
    }
    return winners.empty() ? std::nullopt : std::optional(estimate);
}

} // namespace widthwise
