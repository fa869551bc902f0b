// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/commands/commands.h"
#include "app/ctl/experiment_source.h"
#include "app/ctl/invocation.h"
#include "app/ctl/overview.h"
#include "app/ctl/plan_options.h"
#include "app/ctl/table.h"
#include "app/ctl/text.h"
#include "core/experiment/amount_text.h"
#include "core/schedule/schedulers.h"
#include "core/study/search_forecast.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <iostream>

#include <unistd.h>

namespace widthwise::ctl {

namespace {

constexpr std::int64_t mostEvents = 20'000'000; ///< some minutes
constexpr std::int64_t mostSteps = 1'000'000'000;
constexpr std::int64_t mostWorkers = 1'000'000;
constexpr std::int64_t mostSeeds = 1000;
constexpr Seconds longestRun = std::chrono::years(1);

/// Throws Failure where the option's value is not as expected.
double numberOr(const Invocation& invocation, const char* option, double otherwise, const char* expected,
                bool (*fits)(double))
{
    const std::optional<std::string> text = invocation.value(option);
    const double number = text ? numberOf<double>(*text, option, expected) : otherwise;
    if (text && !fits(number))
        throw Failure(BadUsage, std::string("--") + option + " takes " + expected + ", got \"" + *text + '"');
    return number;
}

double shareOf(const Invocation& invocation, const char* option)
{
    return numberOr(invocation, option, 0, "a share from 0 to 1, such as 0.05",
                    [](double share) { return share >= 0 && share <= 1; });
}

/// Throws Failure where the option is no whole number from 1 to `most`.
std::optional<std::int64_t> countOf(const Invocation& invocation, const char* option, std::int64_t most)
{
    const std::optional<std::string> text = invocation.value(option);
    if (!text)
        return std::nullopt;
    const std::string expected = "a whole number from 1 to " + std::to_string(most);
    const auto count = numberOf<std::int64_t>(*text, option, expected);
    if (count < 1 || count > most)
        throw Failure(BadUsage, std::string("--") + option + " takes " + expected + ", got \"" + *text + '"');
    return count;
}

/// Throws Failure where a run would take no time that means anything.
void checkRun(const ForecastAssumptions& assumptions, const Experiment& experiment)
{
    const std::int64_t steps = stepsOf(assumptions, experiment);
    if (assumptions.stepTime * static_cast<double>(steps) > longestRun)
        throw Failure(BadUsage, "--step-time: a run of " + std::to_string(steps) + " steps would take " +
                                    durationText(assumptions.stepTime * static_cast<double>(steps)) +
                                    ": expected at most a year");
    if (!schedulerOf(experiment.schedule.type).hasRungs || experiment.fidelity)
        return;
    const auto lowest = static_cast<std::int64_t>(settingOf(experiment.schedule, "min_steps"));
    if (steps <= lowest)
        throw Failure(BadUsage, "--steps takes more than " + std::to_string(lowest) +
                                    ", the step of the lowest rung (schedule.min_steps), got \"" +
                                    std::to_string(steps) + '"');
}

ForecastAssumptions assumptionsOf(const Invocation& invocation)
{
    ForecastAssumptions assumptions;
    assumptions.steps = countOf(invocation, "steps", mostSteps);
    assumptions.stepTime =
        Seconds(numberOr(invocation, "step-time", 1, "seconds above 0, at most a year",
                         [](double number) { return number > 0 && number <= longestRun.count(); }));
    assumptions.lostRate = shareOf(invocation, "lost");
    assumptions.divergeRate = shareOf(invocation, "diverge");
    return assumptions;
}

Forecast simulated(const Invocation& invocation, Experiment experiment, int run)
{
    const std::uint64_t seed = experiment.seed + static_cast<std::uint64_t>(run);
    const ForecastAssumptions assumptions = assumptionsOf(invocation);
    if (const auto workers = countOf(invocation, "workers", mostWorkers))
        experiment.resources.parallel = static_cast<int>(*workers);
    const std::optional<std::string> like = invocation.value("like");
    if (!like) {
        checkRun(assumptions, experiment);
        return forecast(experiment, madeUpTrials(experiment, assumptions, seed), seed, mostEvents);
    }
    const auto database = openStore(invocation, Database::Mode::ReadOnly);
    const ForecastTrials trials =
        trialsLike(*database, findExperiment(*database, *like), experiment, assumptions);
    return forecast(experiment, trials, seed, mostEvents);
}

nlohmann::ordered_json toJson(const Forecast& forecast, std::uint64_t seed)
{
    const SimulationResult& result = forecast.result;
    nlohmann::ordered_json object{{"seed", seed},
                                  {"state", toText(result.state)},
                                  {"reason", result.reason},
                                  {"trials", result.trials.size()},
                                  {"completed", forecast.whole},
                                  {"stopped", forecast.early},
                                  {"failed", forecast.failed},
                                  {"seconds", result.duration.count()},
                                  {"device_hours", result.deviceHours},
                                  {"busy", result.busy},
                                  {"notice", result.notice}};
    if (forecast.best)
        object["best"] = *forecast.best;
    if (forecast.regret)
        object["regret"] = *forecast.regret;
    return object;
}

Line rowOf(const Forecast& forecast, std::uint64_t seed)
{
    const SimulationResult& result = forecast.result;
    char busy[16];
    std::snprintf(busy, sizeof busy, "%.0f %%", 100 * result.busy);
    return {{std::to_string(seed)},
            {std::to_string(result.trials.size())},
            {std::to_string(forecast.whole)},
            {std::to_string(forecast.early)},
            {std::to_string(forecast.failed)},
            {durationText(result.duration)},
            {numberText(result.deviceHours)},
            {busy},
            {forecast.best ? numberText(*forecast.best) : "-"},
            {forecast.regret ? numberText(*forecast.regret) : "-"}};
}

void print(const std::vector<Forecast>& forecasts, std::uint64_t firstSeed)
{
    using Align = Table::Align;
    Table table({{"SEED", Align::Right},
                 {"TRIALS", Align::Right},
                 {"WHOLE", Align::Right},
                 {"STOPPED", Align::Right},
                 {"FAILED", Align::Right},
                 {"TIME", Align::Right},
                 {"DEVICE H", Align::Right},
                 {"BUSY", Align::Right},
                 {"BEST", Align::Right},
                 {"REGRET", Align::Right}});
    for (std::size_t i = 0; i < forecasts.size(); ++i)
        table.add(rowOf(forecasts[i], firstSeed + i));
    for (const Line& line : table.lines())
        std::cout << rendered(line, terminalOf(STDOUT_FILENO)) << '\n';
    for (const Forecast& forecast : forecasts)
        for (const std::string& said : {forecast.result.reason, forecast.result.notice})
            if (!said.empty())
                return void(std::cout << printable(said) << '\n');
}

ExitCode execute(const Invocation& invocation)
{
    const ExperimentSource source = readValidExperiment(invocation.argument(0));
    std::vector<Forecast> forecasts;
    try {
        for (int run = 0; run < countOf(invocation, "seeds", mostSeeds).value_or(1); ++run)
            forecasts.push_back(simulated(invocation, source.experiment, run));
    } catch (const std::invalid_argument& error) {
        throw Failure(BadUsage, source.path + ": " + error.what());
    }
    if (!invocation.json()) {
        print(forecasts, source.experiment.seed);
        return Done;
    }
    nlohmann::ordered_json runs = nlohmann::ordered_json::array();
    for (std::size_t i = 0; i < forecasts.size(); ++i)
        runs.push_back(toJson(forecasts[i], source.experiment.seed + i));
    std::cout << runs.dump(2) << '\n';
    return Done;
}

} // namespace

Subcommand simulateCommand()
{
    return {"simulate",
            "FILE",
            "Tell what a search would cost, before it runs: the real driver in simulated time",
            "Trials follow a made-up objective, or with --like those of an experiment in the store: each "
            "goes as the nearest recorded\none went, and fails where that failed by itself. A time limit or "
            "budget of the file holds in simulated time. BUSY\nis the share of the workers' time that trials "
            "took until the last of them began. A regret of 0 is the best there is, 1 the\nmedian of random "
            "configurations.",
            "widthwisectl simulate search.yaml --workers 32 --lost 0.05 --seeds 5",
            1,
            1,
            {{"like", "NAME", "take curves and times from this experiment of the store"},
             {"workers", "N", "trials at a time (default: resources.parallel)"},
             {"steps", "N",
              "steps of a whole run, where no --like says them (default: as in the file, else 100)"},
             {"step-time", "SECONDS", "time of a step, where no --like says it (default: 1)"},
             {"lost", "SHARE", "attempts whose machine is lost on the way (default: 0)"},
             {"diverge", "SHARE", "made-up objective: configurations that diverge (default: 0)"},
             {"seeds", "N", "so many simulations, with one seed after another (default: 1)"}},
            execute};
}

} // namespace widthwise::ctl
