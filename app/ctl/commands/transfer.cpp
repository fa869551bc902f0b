// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/commands/commands.h"
#include "app/ctl/driving.h"
#include "app/ctl/dry_run.h"
#include "app/ctl/experiment_text.h"
#include "app/ctl/prompter.h"
#include "app/ctl/store_entry.h"
#include "app/ctl/text.h"
#include "app/ctl/transfer_text.h"
#include "core/experiment/experiment_file.h"
#include "core/study/derived_experiment.h"

#include <unistd.h>

#include <charconv>
#include <iostream>

namespace widthwise::ctl {

namespace {

constexpr const char* planOptions[] = {"width", "trial", "top",    "epochs",
                                       "steps", "jets",  "detach", "dry-run"};

/// What is run, and of what.
struct Planned {
    Experiment base;
    std::vector<TrialRecord> winners;
    TransferPlan plan;
    Experiment transfer;
};

double epochsOf(const std::string& text)
{
    double epochs = 0;
    const char* end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, epochs);
    if (error != std::errc() || stopped != end)
        throw Failure(BadUsage, "transfer: --epochs takes a number such as 2.5, got \"" + text + '"');
    return epochs;
}

TransferPlan planOf(const Invocation& invocation)
{
    TransferPlan plan;
    plan.width = invocation.number("width").value_or(0);
    if (const auto epochs = invocation.value("epochs"))
        plan.epochs = epochsOf(*epochs);
    if (const auto steps = invocation.number("steps"))
        plan.steps = *steps;
    if (const auto jets = invocation.number("jets"))
        plan.jets = *jets;
    return plan;
}

std::vector<TrialRecord> winnersOf(const Invocation& invocation, Database& database, const Overview& overview)
{
    if (invocation.has("trial") && invocation.has("top"))
        throw Failure(BadUsage, "transfer: expected --trial or --top, not both");
    const Experiment& base = *overview.experiment;
    const std::optional<int> number = invocation.number("trial");
    if (!number)
        return bestTrials(base.objective, Trials(database).all(overview.record.id),
                          static_cast<std::size_t>(invocation.number("top").value_or(1)));
    findTrial(overview, *number); // says which there are
    std::vector<TrialRecord> chosen =
        bestTrials(base.objective, {*Trials(database).find(overview.record.id, *number)}, 1);
    if (chosen.empty())
        throw Failure(Unsuccessful, "trial " + std::to_string(*number) + " of " + overview.record.name +
                                        " has no value to compare with: choose one that was completed");
    return chosen;
}

Planned planned(const Invocation& invocation, Database& database, const Overview& overview)
{
    if (!overview.experiment)
        throw Failure(BadUsage, "the text of " + overview.record.name +
                                    " has errors; widthwisectl validate shows them");
    Planned result{*overview.experiment, winnersOf(invocation, database, overview), planOf(invocation), {}};
    if (result.winners.empty())
        throw Failure(Unsuccessful, "no trial of " + overview.record.name + " has a value yet");
    try {
        result.transfer = transferOf(result.base, result.winners, result.plan);
    } catch (const std::invalid_argument& error) {
        throw Failure(BadUsage, overview.record.name + ": " + error.what());
    }
    return result;
}

void sayPlan(const Planned& planned, const ExperimentRecord& base)
{
    const auto estimate = estimateTransfer(planned.base, planned.winners, planned.plan, planned.transfer);
    const auto notes = transferNotes(planned.base, base.state, planned.winners, planned.plan);
    Terminal terminal = terminalOf(STDOUT_FILENO);
    terminal.interactive = false; // nothing is cut
    print(transferPlanLines(planned.base, planned.winners, planned.transfer, estimate, notes), terminal);
    std::cout << std::flush;
}

ExitCode exitCodeOf(const TransferReport& report)
{
    return report.record.state == ExperimentState::Failed ? Unsuccessful : Done;
}

void sayText(const Invocation& invocation, const TransferReport& report)
{
    Terminal terminal = terminalOf(STDOUT_FILENO);
    terminal.interactive = false;
    std::cout << '\n' << report.record.name << ' ' << toText(report.record.state);
    if (!report.record.reason.empty())
        std::cout << ": " << printable(report.record.reason);
    std::cout << '\n';
    print(transferLines(report, terminal, currentTime()), terminal);
    if (!isFinal(report.record.state))
        std::cout << hint(invocation, "resume", report.record.name) << " drives it to its end\n";
}

/// NAME is a transfer itself, or no new one is asked for.
ExitCode sayExisting(const Invocation& invocation, Database& database, const ExperimentRecord& record)
{
    if (const auto report = transferReport(database, record, currentTime())) {
        for (const char* option : planOptions)
            if (invocation.has(option))
                throw Failure(BadUsage, "transfer: " + record.name + " is a transfer already; --" + option +
                                            " is for a new one, of the experiment that it comes from");
        if (invocation.json())
            std::cout << transferJson(*report, currentTime());
        else
            sayText(invocation, *report);
        return exitCodeOf(*report);
    }
    const std::vector<TransferReport> reports = transferReports(database, record.id, currentTime());
    if (reports.empty())
        throw Failure(BadUsage, "transfer: --width W says how wide the model is to be, as in " +
                                    hint(invocation, "transfer", record.name) + " --width 256");
    if (invocation.json())
        std::cout << transfersJson(reports, currentTime());
    else
        for (const TransferReport& report : reports)
            sayText(invocation, report);
    return Done;
}

/// Drives the transfer to its end and says what came of it.
ExitCode driveAndSay(const Invocation& invocation, Database& database, const ExperimentRecord& record)
{
    Session session(database, record, prompterFor(invocation).get());
    if (!drive(invocation, database, record, session))
        return Interrupted;
    const TransferReport report =
        transferReport(database, findExperiment(database, record.name), currentTime()).value();
    if (invocation.json())
        std::cout << transferEvent(report, currentTime());
    else
        sayText(invocation, report);
    return exitCodeOf(report);
}

ExitCode execute(const Invocation& invocation)
{
    const auto database = openStore(invocation, Database::Mode::ReadWrite);
    const Overview overview = overviewOf(*database, findExperiment(*database, invocation.argument(0)));
    if (!invocation.has("width") || transferReport(*database, overview.record, currentTime()))
        return sayExisting(invocation, *database, overview.record);
    const Planned what = planned(invocation, *database, overview);
    if (!invocation.json())
        sayPlan(what, overview.record);
    if (invocation.has("dry-run"))
        return dryRun(invocation,
                      {{}, toYaml(what.transfer), overview.record.baseDirectory, what.transfer, {}, {}});
    const ExperimentRecord record = addReady(*database, derivedRecord(overview.record, what.transfer),
                                             transferTrials(what.transfer, what.winners, currentTime()));
    if (invocation.has("detach"))
        return driveDetached(invocation, *database, record);
    return driveAndSay(invocation, *database, record);
}

} // namespace

Subcommand transferCommand()
{
    return {"transfer",
            "NAME",
            "Train the best configuration of a narrow search at full width (μTransfer)",
            "Makes the experiment NAME-transfer-W from the best trials, changes only the width, runs it, and "
            "compares its\n"
            "loss and time with the search. Without --width, or for a transfer, it only reports.",
            "widthwisectl transfer gn2-lr --width 256",
            1,
            1,
            {{"width", "W", "width of the model"},
             {"trial", "N", "this trial instead of the best one"},
             {"top", "K", "the K best trials (1)"},
             {"epochs", "X", "passes over the training jets (as in the search)"},
             {"steps", "N", "training steps, instead of epochs"},
             {"jets", "N", "how many jets to train on, 0 for all (as in the search)"},
             {"detach", "", "run in the background; it survives this terminal"},
             {"dry-run", "", "only show what would be run"}},
            execute};
}

} // namespace widthwise::ctl
