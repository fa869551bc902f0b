// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/commands/commands.h"
#include "app/ctl/experiment_text.h"
#include "app/ctl/invocation.h"
#include "app/ctl/json_text.h"

#include <unistd.h>

#include <iostream>

namespace widthwise::ctl {

namespace {

bool isUnderWay(const Overview& overview)
{
    const ExperimentState state = overview.record.state;
    return state == ExperimentState::Running || state == ExperimentState::Paused || overview.isDriven();
}

ExitCode ofAll(const Invocation& invocation, Database& database)
{
    std::vector<Overview> overviews;
    for (ExperimentRecord& record : Experiments(database).all())
        if (Overview overview = overviewOf(database, std::move(record)); isUnderWay(overview))
            overviews.push_back(std::move(overview));
    if (invocation.json()) {
        std::cout << experimentsJson(overviews);
        return Done;
    }
    if (overviews.empty())
        std::cout << "no experiment is under way; widthwisectl list shows all\n";
    const Terminal terminal = terminalOf(STDOUT_FILENO);
    for (std::size_t i = 0; i < overviews.size(); ++i) {
        std::cout << (i > 0 ? "\n" : "");
        print(statusLines(overviews[i], terminal), terminal);
    }
    return Done;
}

ExitCode execute(const Invocation& invocation)
{
    const auto database = openStore(invocation, Database::Mode::ReadOnly);
    if (invocation.count() == 0)
        return ofAll(invocation, *database);
    const Overview overview = overviewOf(*database, findExperiment(*database, invocation.argument(0)));
    const Terminal terminal = terminalOf(STDOUT_FILENO);
    if (invocation.json())
        std::cout << experimentJson(overview);
    else
        print(statusLines(overview, terminal), terminal);
    return Done;
}

} // namespace

Subcommand statusCommand()
{
    return {"status",
            "[NAME]",
            "Show the progress of an experiment, or of all that are running",
            "Prints the driver, finished trials, best value so far, running trials and the time left.",
            "watch -n 5 widthwisectl status gn2-lr",
            0,
            1,
            {},
            execute};
}

} // namespace widthwise::ctl
