// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/check_text.h"
#include "app/ctl/commands/commands.h"
#include "app/ctl/driving.h"
#include "app/ctl/plan_options.h"
#include "app/ctl/prompter.h"
#include "app/ctl/store_entry.h"
#include "app/ctl/text.h"
#include "core/experiment/progress.h"
#include "core/study/coordinate_check_study.h"
#include "core/study/derived_experiment.h"
#include "core/study/study_columns.h"

#include <unistd.h>

#include <iostream>

namespace widthwise::ctl {

namespace {

constexpr const char* planOptions[] = {"widths",        "seeds",           "steps",
                                       "learning-rate", "parametrization", "initial-readout"};

CheckPlan planOf(const Invocation& invocation, CheckPlan plan)
{
    plan.widths = widthsOf(invocation).value_or(plan.widths);
    plan.seeds = seedsOf(invocation).value_or(plan.seeds);
    plan.steps = invocation.number("steps").value_or(plan.steps);
    if (const std::optional<std::string> rate = invocation.value("learning-rate"))
        plan.learningRate = numberOf<double>(*rate, "learning-rate", "a number such as 0.01");
    plan.zeroReadout = !invocation.has("initial-readout");
    if (const std::optional<std::string> names = invocation.value("parametrization"))
        plan.parametrizations = itemsOf(*names);
    return plan;
}

std::string sourceOfRate(const Overview& base, const CheckPlan& plan)
{
    if (plan.learningRate)
        return "as asked for";
    if (const Trial* best = base.best())
        return "of trial " + std::to_string(best->number) + ", the best of " + base.record.name;
    return "of " + base.record.name;
}

Experiment planned(const Invocation& invocation, const Overview& base)
{
    if (!base.experiment)
        throw Failure(BadUsage,
                      "the text of " + base.record.name + " has errors; widthwisectl validate shows them");
    const Configuration configuration = defaultConfiguration(*base.experiment, base.trials);
    const CheckPlan plan = planOf(invocation, checkPlan(*base.experiment, configuration));
    try {
        Experiment check = coordinateCheckOf(*base.experiment, configuration, plan);
        if (!invocation.json())
            std::cout << check.name << ": " << countText(*check.budget.trials, "trial") << " of "
                      << countText(plan.steps, "step") << ", max_lr "
                      << numberText(*studyColumns(check, {}).learningRate) << " (" << sourceOfRate(base, plan)
                      << ')' << std::endl;
        return check;
    } catch (const std::invalid_argument& error) {
        throw Failure(BadUsage, base.record.name + ": " + error.what());
    }
}

ExitCode exitCodeOf(CheckResult result)
{
    if (result == CheckResult::Holds)
        return Done;
    return result == CheckResult::Fails ? CheckFailed : Unsuccessful;
}

ExitCode say(const Invocation& invocation, Database& database, const ExperimentRecord& record, bool ran)
{
    const CheckReport report = checkReport(database, record.id);
    if (invocation.json()) {
        std::cout << (ran ? checkEvent(record.name, report) : checkJson(record.name, report));
        return exitCodeOf(report.result());
    }
    const Overview overview = overviewOf(database, findExperiment(database, record.name));
    if (!isFinal(overview.record.state))
        std::cout << record.name << " is " << toText(overview.record.state) << ": "
                  << hint(invocation, "resume", record.name) << " drives it to its end\n";
    if (overview.record.state == ExperimentState::Failed)
        std::cout << record.name << " failed: " << printable(overview.record.reason) << '\n';
    Terminal terminal = terminalOf(STDOUT_FILENO);
    terminal.interactive = false; // nothing is cut
    std::cout << '\n';
    for (const Line& line : slopeLines(report, invocation.has("layers"), terminal))
        std::cout << rendered(line, terminal) << '\n';
    std::cout << '\n';
    for (const Line& line : verdictLines(report, terminal))
        std::cout << rendered(line, terminal) << '\n';
    return exitCodeOf(report.result());
}

ExitCode execute(const Invocation& invocation)
{
    const Entry entry = findOrAdd(invocation);
    Database& database = *entry.database;
    const Overview base = overviewOf(database, entry.record);
    if (!coordinateRecords(database, base.record.id).coordinates.empty() ||
        (base.experiment && isCoordinateCheck(*base.experiment))) {
        for (const char* option : planOptions)
            if (invocation.has(option))
                throw Failure(BadUsage, "check: " + base.record.name + " is a check already; --" + option +
                                            " is for a new one, of the experiment that it checks");
        return say(invocation, database, base.record, false);
    }
    const Experiment check = planned(invocation, base);
    const ExperimentRecord record = addReady(database, derivedRecord(base.record, check));
    Session session(database, record, prompterFor(invocation).get());
    if (!drive(invocation, database, record, session))
        return Interrupted;
    return say(invocation, database, record, true);
}

} // namespace

Subcommand checkCommand()
{
    return {"check",
            "NAME_OR_FILE",
            "Check whether μP holds in an experiment's model (coordinate check)",
            "Trains the model for a few steps at several widths on one batch, with the experiment's "
            "optimizer and\n"
            "schedule and its best configuration, and shows how each layer's activations grow with width. "
            "The trials\n"
            "are an experiment NAME-check in the store; check NAME-check only shows its result. Exit code 0: "
            "μP holds,\n"
            "6: it does not, 1: undecided.",
            "widthwisectl check gn2-lr --widths 32,64,128 --seeds 3",
            1,
            1,
            {{"widths", "LIST", "widths of the model (of 32,64,128,256,512 those that its heads divide)"},
             {"seeds", "N", "how many seeds at each width (5)"},
             {"steps", "N", "steps of each trial (10)"},
             {"learning-rate", "X", "at the base width (the best trial's)"},
             {"parametrization", "LIST", "of sp, mup and mup-table-3 (sp,mup)"},
             {"initial-readout", "", "start the readout at its random initial values, not at zero"},
             {"layers", "", "show the slopes at every step, not only where each is farthest from holding"}},
            execute};
}

} // namespace widthwise::ctl
