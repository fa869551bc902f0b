// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/commands/commands.h"
#include "app/ctl/examination.h"
#include "app/ctl/invocation.h"
#include "app/ctl/prompter.h"
#include "app/ctl/table.h"
#include "core/run/trainer_binary.h"
#include "core/site/site_doctor.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <iostream>

namespace widthwise::ctl {

namespace {

Tone toneOf(Verdict verdict)
{
    return verdict == Verdict::Good ? Tone::Good : verdict == Verdict::Warning ? Tone::Warning : Tone::Bad;
}

void print(const Findings& findings)
{
    const Terminal terminal = terminalOf(STDOUT_FILENO);
    Terminal wrapping = terminal;
    wrapping.interactive = false; // a fix is to be read to its end
    Table table({{""}, {"WHAT"}, {"FOUND"}});
    for (const Finding& finding : findings) {
        table.add({{std::string(toText(finding.verdict)), toneOf(finding.verdict)},
                   {finding.what},
                   {finding.found}});
        if (!finding.fix.empty())
            table.add({{}, {}, {"fix: " + finding.fix, Tone::Muted}});
    }
    for (const Line& line : table.lines())
        std::cout << rendered(line, wrapping) << '\n';
}

/// This machine, or the site that the person named.
Findings findingsFor(const Invocation& invocation)
{
    const std::string name = invocation.value("site").value_or("local");
    if (name == "local")
        return examine(invocation.storeFile());
    const Site site = findSite(name, std::filesystem::current_path());
    return examineSite(site, invocation.storeFile(), findTrainer(), prompterFor(invocation).get());
}

ExitCode execute(const Invocation& invocation)
{
    const Findings findings = findingsFor(invocation);
    if (invocation.json())
        std::cout << toJson(findings) << '\n';
    else
        print(findings);
    const bool missing =
        std::ranges::any_of(findings, [](const Finding& f) { return f.verdict == Verdict::Bad; });
    return missing ? Unsuccessful : Done;
}

} // namespace

Subcommand doctorCommand()
{
    return {
        "doctor",
        "",
        "Look at what is installed, how fast it is and what to fix",
        "Store, disk, processors, GPUs, the bundled trainer and its linear algebra; of a site: login, clock, "
        "folder,\n"
        "quota, SLURM with its partition and limits, prologue, trainer. The exit code is 1 where something "
        "is\n"
        "missing without which nothing runs.",
        "widthwisectl doctor --site juwels",
        0,
        0,
        {{"site", "NAME", "look at a site in place of this machine: its name, or its file (*.yaml)"}},
        execute};
}

} // namespace widthwise::ctl
