// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/commands/commands.h"
#include "app/ctl/examination.h"
#include "app/ctl/invocation.h"
#include "app/ctl/table.h"

#include <nlohmann/json.hpp>
#include <unistd.h>

#include <algorithm>
#include <iostream>

namespace widthwise::ctl {

namespace {

using Json = nlohmann::ordered_json;

std::string_view toText(Verdict verdict)
{
    switch (verdict) {
    case Verdict::Good:
        return "good";
    case Verdict::Warning:
        return "warning";
    case Verdict::Bad:
        break;
    }
    return "bad";
}

Tone toneOf(Verdict verdict)
{
    return verdict == Verdict::Good ? Tone::Good : verdict == Verdict::Warning ? Tone::Warning : Tone::Bad;
}

void print(const std::vector<Finding>& findings)
{
    const Terminal terminal = terminalOf(STDOUT_FILENO);
    Terminal wrapping = terminal;
    wrapping.interactive = false; // a mend is to be read to its end
    Table table({{""}, {"WHAT"}, {"FOUND"}});
    for (const Finding& finding : findings) {
        table.add({{std::string(toText(finding.verdict)), toneOf(finding.verdict)},
                   {finding.what},
                   {finding.found}});
        if (!finding.mend.empty())
            table.add({{}, {}, {"mend: " + finding.mend, Tone::Muted}});
    }
    for (const Line& line : table.lines())
        std::cout << rendered(line, wrapping) << '\n';
}

void printJson(const std::vector<Finding>& findings)
{
    Json list = Json::array();
    for (const Finding& finding : findings) {
        Json object{{"what", finding.what}, {"verdict", toText(finding.verdict)}, {"found", finding.found}};
        if (!finding.mend.empty())
            object["mend"] = finding.mend;
        list.push_back(std::move(object));
    }
    std::cout << list.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
}

ExitCode execute(const Invocation& invocation)
{
    const std::vector<Finding> findings = examine(invocation.storeFile());
    if (invocation.json())
        printJson(findings);
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
            "Look at what is installed, how fast it is and what to mend",
            "Store, disk, processors, GPUs, the bundled trainer and its linear algebra. The exit code is 1 "
            "where\n"
            "something is missing without which nothing runs.",
            "widthwisectl doctor",
            0,
            0,
            {},
            execute};
}

} // namespace widthwise::ctl
