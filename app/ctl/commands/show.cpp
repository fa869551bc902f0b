// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/commands/commands.h"
#include "app/ctl/experiment_text.h"
#include "app/ctl/invocation.h"
#include "app/ctl/json_text.h"
#include "app/ctl/text.h"
#include "core/host/local_host.h"
#include "core/launch/exit_reason.h"
#include "core/launch/trial_directory.h"
#include "core/store/outputs.h"
#include "core/store/trials.h"
#include "core/study/transfer_report.h"

#include <unistd.h>

#include <algorithm>
#include <iostream>

namespace widthwise::ctl {

namespace {

/// The last `count` lines of `text`.
std::vector<std::string> lastLines(std::string_view text, int count)
{
    std::vector<std::string> lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        lines.push_back(printable(lastLine(text.substr(0, end))));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    const auto surplus = static_cast<std::ptrdiff_t>(lines.size()) - count;
    if (surplus > 0)
        lines.erase(lines.begin(), lines.begin() + surplus);
    return lines;
}

/// The end of a trial's output, however long it is: that of a trial on another machine as it was last read.
OutputTail outputOf(Database& database, const Overview& overview, int trial)
{
    if (trialsPlace(overview).isRemote()) {
        const auto record = Trials(database).find(overview.record.id, trial);
        return Outputs(database).find(record.value().id).value_or(OutputTail());
    }
    LocalHost host;
    const std::string directory = trialDirectory(database, overview, trial);
    const FileRequest request{directory + '/' + std::string(trial_file::output), -outputTailBytes,
                              outputTailBytes};
    const std::optional<FileSlice> slice = host.readFiles({&request, 1}).front();
    return {1, 0, slice ? slice->bytes : "", overview.now};
}

ExitCode showTrial(const Invocation& invocation, Database& database, const Overview& overview, int number)
{
    const Trial& trial = findTrial(overview, number);
    const std::string origin = trial.parent ? originText(database, overview.record, {&trial, 1}) : "";
    const std::string directory = trialDirectory(database, overview, number);
    const TrialsPlace place = trialsPlace(overview);
    if (invocation.json()) {
        std::cout << trialJson(trial, overview.now, place.host, directory);
        return Done;
    }
    Terminal terminal = terminalOf(STDOUT_FILENO);
    terminal.interactive = false; // a path is to be copied, a reason read to its end
    print(trialDetails(overview, trial, origin, place.named(directory), terminal), terminal);
    const OutputTail output = outputOf(database, overview, number);
    const std::vector<std::string> log = lastLines(output.bytes, invocation.number("log").value_or(10));
    const std::string age =
        place.isRemote() ? ", as of " + localTimeText(output.read, overview.now) : std::string();
    if (!log.empty())
        print({{{"the end of its output" + age, Tone::Muted}}}, terminal);
    for (const std::string& line : log)
        std::cout << "  " << cutToWidth(line, 300) << '\n';
    return Done;
}

ExitCode execute(const Invocation& invocation)
{
    const auto database = openStore(invocation, Database::Mode::ReadOnly);
    const Overview overview = overviewOf(*database, findExperiment(*database, invocation.argument(0)));
    if (const std::optional<int> trial = invocation.trial(1))
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
            "NAME [TRIAL]",
            "Show an experiment with all of its trials, or one trial with the end of its output",
            "",
            "widthwisectl show gn2-lr 7",
            1,
            2,
            {{"trial", "N", "the same as TRIAL: its configuration, result, files and output"},
             {"log", "LINES", "with a trial: how many lines of its output (10)"},
             {"file", "", "the experiment file as it was started"}},
            execute};
}

} // namespace widthwise::ctl
