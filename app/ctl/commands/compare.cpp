// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/commands/commands.h"
#include "app/ctl/compare_text.h"
#include "app/ctl/driving.h"
#include "app/ctl/plan_options.h"
#include "app/ctl/prompter.h"
#include "app/ctl/store_entry.h"
#include "app/ctl/text.h"
#include "core/study/coordinate_check_study.h"
#include "core/study/derived_experiment.h"
#include "core/study/sweep_study.h"

#include <unistd.h>

#include <iostream>

namespace widthwise::ctl {

namespace {

constexpr const char* planOptions[] = {"widths", "rates", "per-octave", "seeds", "parametrization", "detach"};

/// "1e-4..1e-1", or numbers separated by commas.
std::vector<double> ratesOf(const Invocation& invocation, const std::string& text)
{
    const std::string expected = "numbers such as 0.001,0.002,0.004 or a range such as 1e-4..1e-2";
    const int perOctave = invocation.number("per-octave").value_or(1);
    std::vector<double> rates;
    if (const std::size_t dots = text.find(".."); dots != std::string::npos)
        return ratesBetween(numberOf<double>(text.substr(0, dots), "rates", expected),
                            numberOf<double>(text.substr(dots + 2), "rates", expected), perOctave);
    for (const std::string& rate : itemsOf(text))
        rates.push_back(numberOf<double>(rate, "rates", expected));
    return rates;
}

SweepPlan planOf(const Invocation& invocation, SweepPlan plan)
{
    plan.widths = widthsOf(invocation).value_or(plan.widths);
    plan.seeds = seedsOf(invocation).value_or(plan.seeds);
    if (const std::optional<std::string> rates = invocation.value("rates"))
        plan.learningRates = ratesOf(invocation, *rates);
    else if (const auto perOctave = invocation.number("per-octave"); perOctave && !plan.learningRates.empty())
        plan.learningRates = ratesBetween(plan.learningRates.front(), plan.learningRates.back(), *perOctave);
    if (const std::optional<std::string> names = invocation.value("parametrization"))
        plan.parametrizations = itemsOf(*names);
    return plan;
}

Experiment planned(const Invocation& invocation, const Overview& base)
{
    if (!base.experiment)
        throw Failure(BadUsage,
                      "the text of " + base.record.name + " has errors; widthwisectl validate shows them");
    const Configuration configuration = defaultConfiguration(*base.experiment, base.trials);
    try {
        return learningRateSweepOf(*base.experiment, configuration,
                                   planOf(invocation, sweepPlan(*base.experiment, configuration)));
    } catch (const std::invalid_argument& error) {
        throw Failure(BadUsage, base.record.name + ": " + error.what());
    }
}

void say(const Invocation& invocation, Database& database, const ExperimentRecord& record, bool ran)
{
    const SweepReport report = sweepReport(database, record, invocation.value("metric").value_or(""));
    if (invocation.json()) {
        std::cout << (ran ? compareEvent(record.name, report) : compareJson(record.name, report));
        return;
    }
    if (!report.lack.empty())
        throw Failure(Unsuccessful, record.name + " cannot be compared: " + report.lack + ' ' +
                                        hint(invocation, "compare", record.name) +
                                        " --run makes a sweep of it");
    if (invocation.has("csv")) {
        std::cout << compareCsv(report);
        return;
    }
    if (report.open > 0)
        std::cout << record.name << ": " << countText(report.open, "trial") << " to come\n";
    if (report.unusable > 0)
        std::cout << record.name << ": " << countText(report.unusable, "trial") << " without a value\n";
    if (const std::string missing = report.missing(); !missing.empty())
        std::cout << record.name << ": " << missing << '\n';
    if (report.isEmpty())
        throw Failure(Unsuccessful, "no trial of " + record.name + " has a value of " +
                                        report.metric.title() + (report.open > 0 ? " yet" : ""));
    Terminal terminal = terminalOf(STDOUT_FILENO);
    terminal.interactive = false; // nothing is cut
    for (const Line& line : compareLines(report))
        std::cout << rendered(line, terminal) << '\n';
}

ExitCode runSweep(const Invocation& invocation, Database& database, const Overview& base)
{
    const Experiment sweep = planned(invocation, base);
    const ExperimentRecord record = addReady(database, derivedRecord(base.record, sweep));
    if (!invocation.json())
        std::cout << record.name << ": " << countText(*sweep.budget.trials, "trial") << std::endl;
    if (invocation.has("detach"))
        return driveDetached(invocation, database, record);
    Session session(database, record, prompterFor(invocation).get());
    if (!drive(invocation, database, record, session))
        return Interrupted;
    say(invocation, database, findExperiment(database, record.name), true);
    return Done;
}

ExitCode execute(const Invocation& invocation)
{
    const Entry entry = findOrAdd(invocation);
    Database& database = *entry.database;
    if (invocation.has("run"))
        return runSweep(invocation, database, overviewOf(database, entry.record));
    for (const char* option : planOptions)
        if (invocation.has(option))
            throw Failure(BadUsage, "compare: --" + std::string(option) + " is for a new sweep, with --run");
    say(invocation, database, entry.record, false);
    return Done;
}

} // namespace

Subcommand compareCommand()
{
    return {"compare",
            "NAME_OR_FILE",
            "Show the best learning rate at each width, and whether it moves with width",
            "NAME is an experiment that varies the learning rate and the width, under SP and μP. With --run, "
            "such a sweep\n"
            "is made from any experiment and its best configuration, and run as the experiment NAME-sweep.",
            "widthwisectl compare gn2-lr --run --widths 32,64,128 --rates 1e-4..1e-1",
            1,
            1,
            {{"metric", "NAME", "compare by the mean of this metric over the last tenth of its points"},
             {"csv", "", "print the optima as CSV"},
             {"run", "", "make a sweep of the experiment and run it"},
             {"widths", "LIST", "widths of the sweep (of 32,64,128,256 those that the heads divide)"},
             {"rates", "LIST", "its learning rates, or LOW..HIGH (nine around the best trial's)"},
             {"per-octave", "N", "with LOW..HIGH: learning rates per factor of two (1)"},
             {"seeds", "N", "how many seeds for each point (1)"},
             {"parametrization", "LIST", "of sp, mup and mup-table-3 (sp,mup)"},
             {"detach", "", "run the sweep in the background; it survives this terminal"}},
            execute};
}

} // namespace widthwise::ctl
