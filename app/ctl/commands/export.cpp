// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/commands/commands.h"
#include "app/ctl/invocation.h"
#include "app/ctl/overview.h"
#include "core/exports/exports.h"
#include "core/host/local_host.h"
#include "core/space/nearest.h"
#include "core/store/store_files.h"

#include <algorithm>
#include <filesystem>
#include <iostream>

namespace widthwise::ctl {

namespace {

std::string joined(const std::vector<std::string>& names)
{
    std::string text;
    for (const std::string& name : names)
        text += (text.empty() ? "" : ", ") + name;
    return text;
}

ExportFormat formatOf(const Invocation& invocation)
{
    const std::string name = invocation.value("format").value_or(invocation.json() ? "json" : "yaml");
    const std::vector<std::string>& formats = exportFormats();
    if (std::ranges::find(formats, name) == formats.end())
        throw Failure(BadUsage, "export: unknown format \"" + name + '"' + suggestion(name, formats) +
                                    "; there are " + joined(formats));
    return exportFormatFromText(name);
}

const Trial& exportable(const Trial& trial)
{
    if (const std::string why = whyNotExported(trial); !why.empty())
        throw Failure(Unsuccessful, why + "; only a trial that neither failed nor diverged is exported");
    return trial;
}

/// What can be exported where no trial has a value.
std::string otherwise(const Overview& overview)
{
    for (const Trial& trial : overview.trials)
        if (whyNotExported(trial).empty())
            return "; --trial " + std::to_string(trial.number) + " exports one without";
    return overview.trials.empty() ? "" : ": all that there are failed or diverged, so none is exported";
}

const Trial& trialOf(const Invocation& invocation, const Overview& overview)
{
    if (const std::optional<int> number = invocation.number("trial"))
        return exportable(findTrial(overview, *number));
    if (const Trial* best = overview.best())
        return *best;
    throw Failure(Unsuccessful,
                  "no trial of " + overview.record.name + " has a value yet" + otherwise(overview));
}

ExitCode execute(const Invocation& invocation)
{
    const ExportFormat format = formatOf(invocation);
    const auto database = openStore(invocation, Database::Mode::ReadOnly);
    const Overview overview = overviewOf(*database, findExperiment(*database, invocation.argument(0)));
    const Trial& trial = trialOf(invocation, overview);
    const std::string text = exportTrial(experimentOf(overview.record), trial, format);
    const std::optional<std::string> file = invocation.value("out");
    if (!file) {
        std::cout << text;
        return Done;
    }
    if (isFileOfStore(*file, database->file()))
        throw Failure(Unsuccessful, fileOfStoreText(*file));
    LocalHost().writeFile(std::filesystem::absolute(*file), text);
    std::cerr << "trial " << trial.number << " of " << overview.record.name << " is in " << *file << '\n';
    return Done;
}

} // namespace

Subcommand exportCommand()
{
    return {"export",
            "NAME",
            "Write the best trial's configuration for another program",
            "",
            "widthwisectl export gn2-lr --format yaml --out best.yaml",
            1,
            1,
            {{"format", "FORMAT", joined(exportFormats()) + " (default: yaml)"},
             {"trial", "N", "this trial instead of the best one"},
             {"out", "FILE", "write to this file instead of stdout"}},
            execute};
}

} // namespace widthwise::ctl
