// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/sweep_study.h"

#include "core/experiment/command_template.h"
#include "core/experiment/trial_settings.h"
#include "core/study/plan_checks.h"
#include "core/study/study_columns.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <set>

namespace widthwise {

namespace {

constexpr std::size_t fewestRates = 3; // that a parabola goes through
constexpr std::size_t mostRates = 100;

bool isBundled(const Experiment& experiment)
{
    return std::holds_alternative<BundledTrainer>(experiment.trial.program);
}

template <class T>
Domain listOf(const std::vector<T>& values)
{
    return Choices{{values.begin(), values.end()}};
}

/// A parameter of the sweep, under the name that it has in base's space.
struct Axis {
    std::string name;
    Domain domain;
    std::size_t count;
    std::string description;
};

std::vector<Axis> axesOf(const SweepPlan& plan, const std::string& rate)
{
    return {
        {"seed", listOf(plan.seeds), plan.seeds.size(), "Of the initial values and the order of the data"},
        {"width", listOf(plan.widths), plan.widths.size(), "Width of the model"},
        {rate, listOf(plan.learningRates), plan.learningRates.size(), "Learning rate at the base width"},
        {"parametrization", listOf(plan.parametrizations), plan.parametrizations.size(),
         "How all scales with the width"}};
}

void checkPlanned(const Experiment& base, const Configuration& configuration, const SweepPlan& plan)
{
    checkList(plan.widths, 1, "widths");
    checkWidths(base, configuration, plan.widths);
    checkList(plan.learningRates, fewestRates, "learning rates");
    for (const double rate : plan.learningRates)
        if (!(rate > 0 && std::isfinite(rate)))
            throw std::invalid_argument("learning rates: expected numbers above 0, got " + toText(rate));
    checkList(plan.seeds, 1, "seeds");
    checkList(plan.parametrizations, isBundled(base) ? 1 : 0, "parametrizations");
    if (isBundled(base))
        checkParametrizations(plan.parametrizations);
}

/// The bundled trainer takes every setting as a parameter.
void sweepTrainer(Experiment& sweep, const Configuration& configuration, const SweepPlan& plan)
{
    auto settings = nlohmann::ordered_json::parse(trialSettings(sweep, configuration));
    std::vector<Parameter> parameters;
    for (const Axis& axis : axesOf(plan, "max_lr")) {
        settings.erase(axis.name);
        parameters.push_back({axis.name, axis.domain, {}, axis.description});
    }
    sweep.trial.program = BundledTrainer{settings.dump()};
    sweep.space = SearchSpace(std::move(parameters));
}

/// Empty where the configuration does not have the parameter.
std::optional<Parameter> fixedAt(const Experiment& experiment, const Parameter& parameter,
                                 const Configuration& configuration)
{
    if (const Value* value = configuration.find(parameter.name))
        return Parameter{parameter.name, FixedValue{*value}, {}, parameter.description};
    const auto names = placeholders(std::get<CommandTemplate>(experiment.trial.program).command);
    if (std::ranges::find(names, parameter.name) == names.end())
        return std::nullopt;
    throw std::invalid_argument("trial.command: names " + parameter.name +
                                ", which the trial to sweep does " +
                                "not have: take it out of the command of an experiment of its own");
}

/// A command takes only what its space has.
void sweepCommand(Experiment& sweep, const Configuration& configuration, const SweepPlan& plan)
{
    const std::string rate = learningRateParameter(sweep);
    if (rate.empty())
        throw std::invalid_argument("space: no parameter max_lr, learning_rate or lr to sweep: add it, and "
                                    "name it in the command as {max_lr}");
    std::vector<Parameter> parameters;
    for (const Axis& axis : axesOf(plan, rate)) {
        const Parameter* known = sweep.space.find(axis.name);
        if (known != nullptr && axis.count > 0)
            parameters.push_back({axis.name, axis.domain, {}, known->description});
        else if (known == nullptr && axis.count > 1)
            throw std::invalid_argument("space: no parameter " + axis.name +
                                        ": add it, and name it in the "
                                        "command as {" +
                                        axis.name + "}");
    }
    for (const Parameter& parameter : sweep.space.parameters())
        if (std::ranges::count(parameters, parameter.name, &Parameter::name) == 0)
            if (const auto fixed = fixedAt(sweep, parameter, configuration))
                parameters.push_back(*fixed);
    sweep.space = SearchSpace(std::move(parameters));
}

/// To three significant digits, as a person would write it.
double rounded(double rate)
{
    std::array<char, 32> text{};
    const auto written = std::to_chars(text.begin(), text.end(), rate, std::chars_format::scientific, 2);
    std::from_chars(text.begin(), written.ptr, rate);
    return rate;
}

std::string descriptionOf(const Experiment& base, const SweepPlan& plan)
{
    const auto [narrow, wide] = std::ranges::minmax(plan.widths);
    const auto [low, high] = std::ranges::minmax(plan.learningRates);
    return "Learning-rate sweep of " + base.name + ": " + toText(low) + " to " + toText(high) + ", width " +
           std::to_string(narrow) + " to " + std::to_string(wide);
}

} // namespace

std::int64_t SweepPlan::trials() const
{
    return std::int64_t(widths.size() * std::max<std::size_t>(1, parametrizations.size()) *
                        learningRates.size() * seeds.size());
}

std::vector<double> ratesRound(double centre, int count, int perOctave)
{
    const double middle = std::round(std::log2(centre));
    std::vector<double> rates;
    for (int i = 0; i < count; ++i)
        rates.push_back(rounded(std::exp2(middle + double(i - count / 2) / perOctave)));
    return rates;
}

std::vector<double> ratesBetween(double low, double high, int perOctave)
{
    std::vector<double> rates;
    if (!(low > 0) || !std::isfinite(high) || perOctave < 1)
        return rates;
    const double end = high * 1.001; // what was rounded when it was written is meant as well
    for (double rate = low; rate <= end && rates.size() < mostRates;
         rate = low * std::exp2(double(rates.size()) / perOctave))
        rates.push_back(rates.empty() ? low : rounded(rate));
    return rates;
}

std::string learningRateParameter(const Experiment& experiment)
{
    for (const char* name : {"max_lr", "learning_rate", "lr"})
        if (experiment.space.find(name) != nullptr)
            return name;
    return {};
}

std::vector<std::string> variedBesides(const Experiment& experiment)
{
    const std::set<std::string> known{"width", "parametrization", "seed", learningRateParameter(experiment)};
    std::vector<std::string> names;
    for (const Parameter* parameter : experiment.space.varied())
        if (!known.contains(parameter->name))
            names.push_back(parameter->name);
    return names;
}

SweepPlan sweepPlan(const Experiment& base, const Configuration& configuration)
{
    SweepPlan plan;
    const StudyColumns columns = studyColumns(base, configuration);
    std::erase_if(plan.widths, [unit = widthUnit(base, configuration).first](std::int64_t width) {
        return width % unit != 0;
    });
    if (columns.learningRate && *columns.learningRate > 0)
        plan.learningRates = ratesRound(*columns.learningRate);
    if (isBundled(base)) {
        if (columns.parametrization == "mup-table-3")
            plan.parametrizations = {"sp", "mup-table-3"};
        return plan;
    }
    plan.parametrizations.clear();
    if (const Parameter* parameter = base.space.find("parametrization"))
        for (const Value& value : gridValues(parameter->domain, 1))
            plan.parametrizations.push_back(toText(value));
    return plan;
}

Experiment learningRateSweepOf(const Experiment& base, const Configuration& configuration,
                               const SweepPlan& plan)
{
    checkPlanned(base, configuration, plan);
    Experiment sweep = base;
    sweep.name = base.name + "-sweep";
    sweep.description = descriptionOf(base, plan);
    sweep.objective.goal.reset();
    if (isBundled(base))
        sweepTrainer(sweep, configuration, plan);
    else
        sweepCommand(sweep, configuration, plan);
    sweep.search = SearchSettings();
    sweep.search.algorithm = "grid";
    sweep.schedule = {};
    sweep.fidelity.reset();
    sweep.budget = Budget();
    sweep.budget.trials = int(plan.trials());
    return sweep;
}

} // namespace widthwise
