// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/commands/commands.h"
#include "app/ctl/experiment_source.h"
#include "app/ctl/invocation.h"
#include "app/ctl/overview.h"
#include "app/ctl/plan_options.h"
#include "app/ctl/table.h"
#include "app/ctl/text.h"
#include "core/experiment/amount_text.h"
#include "core/experiment/rungs.h"
#include "core/experiment/synthetic_objective.h"
#include "core/schedule/schedulers.h"
#include "core/study/recorded_objective.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <iostream>

#include <unistd.h>

namespace widthwise::ctl {

namespace {

constexpr std::int64_t mostEvents = 20'000'000; ///< some minutes

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

double positive(const Invocation& invocation, const char* option, double otherwise)
{
    return numberOr(invocation, option, otherwise, "a number above 0",
                    [](double number) { return number > 0; });
}

std::int64_t lengthOf(const Invocation& invocation, const Experiment& experiment)
{
    const std::int64_t known = settingOfSteps(experiment);
    const bool hasRungs = schedulerOf(experiment.schedule.type).hasRungs;
    const auto most = hasRungs ? static_cast<std::int64_t>(settingOf(experiment.schedule, "max_steps")) : 0;
    const double otherwise = static_cast<double>(std::max<std::int64_t>({known, most, 0}));
    return static_cast<std::int64_t>(positive(invocation, "steps", otherwise > 0 ? otherwise : 100));
}

SimulatedTrials madeUp(const Invocation& invocation, const Experiment& experiment, std::uint64_t seed)
{
    SimulatedTrials trials;
    trials.length = lengthOf(invocation, experiment);
    trials.reportEvery = std::max<std::int64_t>(1, trials.length / 100);
    const Seconds stepTime(positive(invocation, "step-time", 1));
    trials.stepTime = [stepTime](const Configuration&) { return stepTime; };
    const SyntheticObjective objective(experiment.space, trials.length, shareOf(invocation, "diverge"), seed);
    const double sign = experiment.objective.direction == Direction::Minimize ? 1 : -1;
    trials.objective = [objective, sign](const Configuration& configuration, std::int64_t step,
                                         std::uint64_t noise) {
        const std::optional<double> value = objective(configuration, step, noise);
        return value ? std::optional(sign * *value) : std::nullopt;
    };
    return trials;
}

SimulatedTrials trialsOf(const Invocation& invocation, const Experiment& experiment, std::uint64_t seed)
{
    SimulatedTrials trials;
    if (const std::optional<std::string> like = invocation.value("like")) {
        const auto database = openStore(invocation, Database::Mode::ReadOnly);
        trials = recordedTrials(*database, findExperiment(*database, *like), experiment);
    } else {
        trials = madeUp(invocation, experiment, seed);
    }
    trials.lostRate = shareOf(invocation, "lost");
    trials.seed = seed;
    return trials;
}

struct Summary {
    SimulationResult result;
    int whole = 0;
    int early = 0;
    int failed = 0;
    std::optional<double> best = {};
};

Summary simulated(const Invocation& invocation, Experiment experiment, int run)
{
    const std::uint64_t seed = experiment.seed + static_cast<std::uint64_t>(run);
    experiment.seed = seed;
    experiment.resources.parallel = invocation.number("workers").value_or(experiment.resources.parallel);
    Summary summary{simulate(experiment, trialsOf(invocation, experiment, seed), mostEvents)};
    for (const Trial& trial : summary.result.trials) {
        summary.whole += trial.state == TrialState::Completed;
        summary.early += trial.state == TrialState::Stopped;
        summary.failed += trial.state == TrialState::Failed || trial.state == TrialState::Diverged;
    }
    if (!summary.result.improvements.empty())
        summary.best = summary.result.improvements.back().value;
    return summary;
}

nlohmann::ordered_json toJson(const Summary& summary, std::uint64_t seed)
{
    const SimulationResult& result = summary.result;
    nlohmann::ordered_json object{{"seed", seed},
                                  {"state", toText(result.state)},
                                  {"reason", result.reason},
                                  {"trials", result.trials.size()},
                                  {"completed", summary.whole},
                                  {"stopped", summary.early},
                                  {"failed", summary.failed},
                                  {"seconds", result.duration.count()},
                                  {"device_hours", result.deviceHours},
                                  {"busy", result.busy},
                                  {"notice", result.notice}};
    if (summary.best)
        object["best"] = *summary.best;
    return object;
}

Line rowOf(const Summary& summary, std::uint64_t seed)
{
    const SimulationResult& result = summary.result;
    char busy[16];
    std::snprintf(busy, sizeof busy, "%.0f %%", 100 * result.busy);
    return {{std::to_string(seed)},
            {std::to_string(result.trials.size())},
            {std::to_string(summary.whole)},
            {std::to_string(summary.early)},
            {std::to_string(summary.failed)},
            {durationText(result.duration)},
            {numberText(result.deviceHours)},
            {busy},
            {summary.best ? numberText(*summary.best) : "-"}};
}

void print(const std::vector<Summary>& summaries, std::uint64_t firstSeed)
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
                 {"BEST", Align::Right}});
    for (std::size_t i = 0; i < summaries.size(); ++i)
        table.add(rowOf(summaries[i], firstSeed + i));
    for (const Line& line : table.lines())
        std::cout << rendered(line, terminalOf(STDOUT_FILENO)) << '\n';
    for (const Summary& summary : summaries)
        for (const std::string& said : {summary.result.reason, summary.result.notice})
            if (!said.empty())
                return void(std::cout << printable(said) << '\n');
}

ExitCode execute(const Invocation& invocation)
{
    const ExperimentSource source = readValidExperiment(invocation.argument(0));
    std::vector<Summary> summaries;
    try {
        for (int run = 0; run < std::max(1, invocation.number("seeds").value_or(1)); ++run)
            summaries.push_back(simulated(invocation, source.experiment, run));
    } catch (const std::invalid_argument& error) {
        throw Failure(BadUsage, source.path + ": " + error.what());
    }
    if (!invocation.json()) {
        print(summaries, source.experiment.seed);
        return Done;
    }
    nlohmann::ordered_json runs = nlohmann::ordered_json::array();
    for (std::size_t i = 0; i < summaries.size(); ++i)
        runs.push_back(toJson(summaries[i], source.experiment.seed + i));
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
            "goes as the "
            "nearest recorded one went. A time limit or budget of the file holds in simulated time.",
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
