// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/commands/commands.h"
#include "app/ctl/experiment_text.h"
#include "app/ctl/invocation.h"
#include "app/ctl/json_text.h"
#include "app/ctl/text.h"
#include "core/host/local_host.h"
#include "core/launch/trial_directory.h"
#include "core/study/transfer_report.h"

#include <unistd.h>

#include <algorithm>
#include <iostream>

namespace widthwise::ctl {

namespace {

/// The last `count` lines of a trial's output, however long it is.
std::vector<std::string> logTail(const std::string& directory, int count)
{
    constexpr std::int64_t most = 1 << 16;
    LocalHost host;
    const FileRequest request{directory + '/' + std::string(trial_file::output), -most, most};
    const std::optional<FileSlice> slice = host.readFiles({&request, 1}).front();
    std::vector<std::string> lines;
    std::string_view rest = slice ? std::string_view(slice->bytes) : std::string_view();
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        lines.push_back(printable(rest.substr(0, end)));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    const auto surplus = static_cast<std::ptrdiff_t>(lines.size()) - count;
    if (surplus > 0)
        lines.erase(lines.begin(), lines.begin() + surplus);
    return lines;
}

ExitCode showTrial(const Invocation& invocation, Database& database, const Overview& overview, int number)
{
    const Trial& trial = findTrial(overview, number);
    const std::string origin = trial.parent ? originText(database, overview.record, {&trial, 1}) : "";
    const std::string directory = trialDirectory(database, overview.record, number);
    if (invocation.json()) {
        std::cout << trialJson(trial, overview.now, directory);
        return Done;
    }
    Terminal terminal = terminalOf(STDOUT_FILENO);
    terminal.interactive = false; // a path is to be copied, a reason read to its end
    print(trialDetails(overview, trial, origin, directory, terminal), terminal);
    const std::vector<std::string> log = logTail(directory, invocation.number("log").value_or(10));
    if (!log.empty())
        print({{{"the end of its output", Tone::Muted}}}, terminal);
    for (const std::string& line : log)
        std::cout << "  " << cutToWidth(line, 300) << '\n';
    return Done;
}

ExitCode execute(const Invocation& invocation)
{
    const auto database = openStore(invocation, Database::Mode::ReadOnly);
    const Overview overview = overviewOf(*database, findExperiment(*database, invocation.argument(0)));
    if (const std::optional<int> trial = invocation.number("trial"))
        return showTrial(invocation, *database, overview, *trial);
    if (invocation.json()) {
        std::cout << experimentJson(overview);
        return Done;
    }
    if (invocation.has("file")) {
        std::cout << overview.record.yaml;
        return Done;
    }
    const Terminal terminal = terminalOf(STDOUT_FILENO);
    print(statusLines(overview, terminal), terminal);
    if (const std::vector<Line> trials = trialLines(overview, terminal); !trials.empty()) {
        std::cout << '\n';
        print(trials, terminal);
    }
    return Done;
}

} // namespace

Subcommand showCommand()
{
    return {"show",
            "NAME",
            "Show an experiment with all of its trials, or one trial with the end of its output",
            "",
            "widthwisectl show gn2-lr --trial 7",
            1,
            1,
            {{"trial", "N", "one trial: configuration, result, files, output"},
             {"log", "LINES", "with --trial: how much of its output (10)"},
             {"file", "", "the experiment file as it was started"}},
            execute};
}

} // namespace widthwise::ctl
