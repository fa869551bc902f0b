// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/driving.h"

#include "app/ctl/detached_driver.h"
#include "app/ctl/json_text.h"
#include "app/ctl/leave_on_signal.h"
#include "app/ctl/signs.h"
#include "app/ctl/table.h"
#include "app/ctl/text.h"
#include "core/host/shell.h"

#include <unistd.h>

#include <algorithm>
#include <iostream>

namespace widthwise::ctl {

namespace {

std::unique_ptr<RunDisplay> displayFor(const Invocation& invocation, std::span<const Trial> known)
{
    if (invocation.json())
        return jsonDisplay(known);
    const Terminal terminal = terminalOf(STDOUT_FILENO);
    return terminal.interactive ? liveDisplay(known) : plainDisplay(terminal, known, false);
}

ExitCode exitCodeOf(ExperimentState state)
{
    return state == ExperimentState::Failed ? Unsuccessful : Done;
}

void sayLeft(const Invocation& invocation, const Overview& overview)
{
    const std::string& name = overview.record.name;
    const auto running = std::ranges::count(overview.trials, TrialState::Running, &Trial::state);
    std::cerr << name << " is left to itself: "
              << (running > 0
                      ? countText(running, "running trial") + (running == 1 ? " goes on, " : " go on, ")
                      : "")
              << "no new ones are started\n"
              << "  " << hint(invocation, "resume", name) << "   drives it on\n"
              << "  " << hint(invocation, "stop", name) << "     ends its trials\n";
}

void sayBest(const Overview& overview, const Terminal& terminal)
{
    const Trial* best = overview.best();
    if (best == nullptr)
        return;
    const Moment moment{*overview.experiment, overview.record.state, overview.trials, overview.now, {}};
    Line line = bestLine(moment);
    line.back().text = ", trial " + std::to_string(best->number);
    std::cout << rendered(line, terminal) << '\n';
    std::size_t width = 0;
    for (const auto& [name, value] : best->configuration.entries())
        width = std::max(width, name.size());
    for (const auto& [name, value] : best->configuration.entries())
        std::cout << "      " << name << std::string(width + 2 - name.size(), ' ') << toText(value) << '\n';
}

} // namespace

std::string hint(const Invocation& invocation, const std::string& command, const std::string& experiment)
{
    const std::optional<std::string> store = invocation.value("store");
    return "widthwisectl " + command + ' ' + shellQuoted(experiment) +
           (store ? " --store " + shellQuoted(*store) : "");
}

ExitCode conclude(const Invocation& invocation, const Overview& overview)
{
    const ExperimentRecord& record = overview.record;
    if (invocation.json()) {
        std::cout << experimentEvent(overview);
        return exitCodeOf(record.state);
    }
    const Terminal terminal = terminalOf(STDOUT_FILENO);
    Line line{stateSign(record.state, terminal),
              {' ' + record.name, Tone::Strong},
              {' ' + std::string(toText(record.state))}};
    if (!record.reason.empty())
        line.push_back({": " + printable(record.reason)});
    std::cout << rendered(line, terminal) << '\n';
    if (!overview.trials.empty()) {
        Line counts = countsLine(overview.trials, terminal);
        counts.insert(counts.begin(),
                      {countText(static_cast<std::int64_t>(overview.trials.size()), "trial") + ":  "});
        std::cout << rendered(counts, terminal) << '\n';
    }
    sayBest(overview, terminal);
    if (record.state == ExperimentState::Failed &&
        std::ranges::find(overview.trials, TrialState::Failed, &Trial::state) != overview.trials.end())
        std::cout << hint(invocation, "retry", record.name) << " runs its failed trials again\n";
    if (overview.best() != nullptr)
        std::cout << hint(invocation, "export", record.name) << " writes it as YAML\n";
    return exitCodeOf(record.state);
}

bool run(Session& session, RunDisplay& display, const Until& until)
{
    Runner& runner = session.runner();
    runner.onProgress([&](const Driver& driver, const std::string& notice) {
        display.show({session.experiment(), driver.state(), driver.trials(), currentTime(), notice});
        if (until && until(driver))
            runner.leave();
    });
    const LeaveOnSignal leaveOnSignal(runner);
    try {
        runner.run();
    } catch (const StoreError& error) {
        display.close();
        throw StoreError(error.kind(), error.what() + std::string("; running trials go on by themselves, and "
                                                                  "widthwisectl resume takes them over"));
    }
    display.close();
    return !LeaveOnSignal::wasSignalled();
}

bool drive(const Invocation& invocation, Database& database, const ExperimentRecord& record, Session& session,
           const Until& until)
{
    const std::vector<Trial> known = overviewOf(database, record).trials;
    if (run(session, *displayFor(invocation, known), until))
        return true;
    sayLeft(invocation, overviewOf(database, findExperiment(database, record.name)));
    return false;
}

ExitCode driveHere(const Invocation& invocation, Database& database, const ExperimentRecord& record,
                   Session& session, const Until& until)
{
    if (!drive(invocation, database, record, session, until))
        return Interrupted;
    return conclude(invocation, overviewOf(database, findExperiment(database, record.name)));
}

ExitCode driveDetached(const Invocation& invocation, Database& database, const ExperimentRecord& record)
{
    const std::int64_t pid = startDetachedDriver(database, record);
    if (invocation.json()) {
        std::cout << experimentEvent(overviewOf(database, findExperiment(database, record.name)));
        return Done;
    }
    std::cout << record.name << " is driven by process " << pid << "; its log is "
              << driverLogFile(database.file(), record.name) << '\n'
              << "  " << hint(invocation, "status", record.name) << "   shows how it stands\n"
              << "  " << hint(invocation, "stop", record.name) << "     ends it\n";
    return Done;
}

} // namespace widthwise::ctl
