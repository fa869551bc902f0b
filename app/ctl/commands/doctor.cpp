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
    return {"doctor",
            "",
            "Check what is installed and how fast it is, and say what to fix",
            "Looks at the store, disk, processors, GPUs, the bundled trainer and its linear algebra; for a "
            "site also at\n"
            "login, clock, folder, quota, SLURM partition and limits, prologue and trainer. Exit code 1 if "
            "something\n"
            "needed is missing.",
            "widthwisectl doctor --site juwels",
            0,
            0,
            {{"site", "NAME", "check this site instead of this machine: its name or its file (*.yaml)"}},
            execute};
}

} // namespace widthwise::ctl
