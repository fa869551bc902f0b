// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/commands/commands.h"
#include "app/ctl/invocation.h"
#include "app/ctl/json_text.h"
#include "app/ctl/signs.h"
#include "app/ctl/table.h"
#include "app/ctl/text.h"
#include "core/experiment/checkpoints.h"
#include "core/experiment/progress.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <iostream>

namespace widthwise::ctl {

namespace {

std::string trialsText(const Overview& overview)
{
    const auto ended =
        std::ranges::count_if(overview.trials, [](const Trial& trial) { return isFinal(trial.state); });
    return toText(ended, overview.experiment
                             ? expectedTrials(*overview.experiment, overview.record.state, overview.trials)
                             : std::nullopt);
}

std::string bestText(const Overview& overview)
{
    const Trial* best = overview.best();
    return best == nullptr ? "" : overview.experiment->objective.metric + ' ' + numberText(*best->objective);
}

std::string diskText(const Overview& overview)
{
    const CheckpointTotal total = checkpointTotal(overview.trials);
    return total.bytes > 0 ? bytesText(static_cast<std::uint64_t>(total.bytes)) : "";
}

Span driverText(const Overview& overview)
{
    if (overview.isDriven())
        return {"driven by process " + std::to_string(overview.driver->pid)};
    if (overview.isDriverLost())
        return {"driver lost", Tone::Warning};
    return {};
}

/// What it was made from, or the machine that it is a copy from.
std::string fromText(const Overview& overview)
{
    return overview.copyOf ? overview.copyOf->mirror.remote.host : overview.parent;
}

void print(const std::vector<Overview>& overviews)
{
    const Terminal terminal = terminalOf(STDOUT_FILENO);
    Table table({{""},
                 {"NAME"},
                 {"STATE"},
                 {"TRIALS", Table::Align::Right},
                 {"BEST"},
                 {"CHECKPOINTS", Table::Align::Right},
                 {"CREATED", Table::Align::Right},
                 {"FROM"},
                 {"DRIVER"}});
    for (const Overview& overview : overviews) {
        const ExperimentRecord& record = overview.record;
        table.add({stateSign(record.state, terminal),
                   {record.name, Tone::Strong},
                   {std::string(toText(record.state))},
                   {trialsText(overview)},
                   {bestText(overview)},
                   {diskText(overview)},
                   {localTimeText(record.created, overview.now)},
                   {fromText(overview), Tone::Muted},
                   driverText(overview)});
    }
    for (const Line& line : table.lines())
        std::cout << rendered(line, terminal) << '\n';
}

ExitCode execute(const Invocation& invocation)
{
    std::vector<Overview> overviews;
    std::error_code error;
    if (invocation.has("store") || std::filesystem::exists(invocation.storeFile(), error)) {
        const auto database = openStore(invocation, Database::Mode::ReadOnly);
        for (ExperimentRecord& record : Experiments(*database).all())
            overviews.push_back(overviewOf(*database, std::move(record)));
    }
    if (invocation.json())
        std::cout << experimentsJson(overviews);
    else if (overviews.empty())
        std::cout << "no experiments yet; widthwisectl run FILE starts one\n";
    else
        print(overviews);
    return Done;
}

} // namespace

Subcommand listCommand()
{
    return {"list", "", "List the experiments of the store", "", "widthwisectl list", 0, 0, {}, execute};
}

} // namespace widthwise::ctl
