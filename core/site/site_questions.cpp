// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/site/site_questions.h"

#include "core/host/shell.h"
#include "core/launch/launch_plan.h"
#include "core/site/machine_findings.h"

#include <cstdlib>

namespace widthwise {

namespace {

/// `ask NAME COMMAND…` runs a command in a shell of its own, so that it cannot end or change this one.
constexpr const char* asking = R"sh(
ask() {
    echo "$mark $1"
    (eval "$2") </dev/null 2>&1
    echo "
$mark = $?"
}
soon=
! command -v timeout >/dev/null || soon='timeout 25'
)sh";

/// Each of these waits for a controller that is gone; `scontrol ping` does not.
constexpr const char* slurmQuestions = R"sh(
ask ping 'scontrol ping'
if scontrol ping 2>/dev/null | grep -q '[ /]UP'; then
    ask config "$soon scontrol show config"
    ask partitions "$soon sinfo -h -o '%P|%a|%l|%s|%F|%G'"
    ask associations "$soon sacctmgr -nP show assoc user=$(id -un) format=Cluster,Account,QOS,MaxJobs,MaxSubmit"
    ask qos "$soon sacctmgr -nP show qos format=Name,MaxWall,MaxJobsPU,MaxSubmitPU"
fi
)sh";

std::string question(const std::string& name, const std::string& command)
{
    return "ask " + name + ' ' + shellQuoted(command) + '\n';
}

std::string_view withoutSpacesAtEnd(std::string_view text)
{
    return text.substr(0, text.find_last_not_of(" \t\r\n") + 1);
}

} // namespace

std::string questionScript(const Site& site, const std::string& folder, const std::string& trainer,
                           const std::string& mark)
{
    // Where a disk is full, date says so; the shell's own echo gives no reason.
    const std::string quoted = shellQuoted(folder);
    const std::string probe = shellQuoted(folder + "/.doctor") + ".$$";
    std::string script = "mark=" + shellQuoted(mark) + asking;
    script += question("tools", missingToolsScript());
    script += question("folder", "mkdir -p -- " + quoted + " && date >" + probe + " && rm -f -- " + probe);
    script += question("space", "df -Pk -- " + quoted);
    script += question("lfs", "! command -v lfs >/dev/null || lfs quota -q -u \"$(id -un)\" " + quoted);
    script += question("quota", "! command -v quota >/dev/null || quota -wp");
    if (!site.slurm.prologue.empty())
        script += question("prologue", site.slurm.prologue);
    const auto asTrial = [&](const std::string& command) {
        return quietPrologue(site) + inContainer(site.container, command);
    };
    if (!site.container.empty()) {
        const std::string file = shellQuoted(folder + "/.doctor-container");
        script += question("container", "date >" + file + '\n' + asTrial("rm -- " + file) +
                                            "\ncode=$?; rm -f -- " + file + "; exit $code");
    }
    if (!trainer.empty()) {
        script += question("trainer", asTrial("command -v " + shellQuoted(trainer)));
        script += question("info", asTrial(shellQuoted(trainer) + " info --json"));
    }
    if (site.scheduler == Site::Scheduler::Slurm)
        script += slurmQuestions;
    return script;
}

SiteAnswers readAnswers(std::string_view output, const std::string& mark)
{
    SiteAnswers answers;
    std::string name;
    std::string text;
    while (!output.empty()) {
        const std::string_view line = output.substr(0, output.find('\n'));
        output.remove_prefix(std::min(line.size() + 1, output.size()));
        if (!line.starts_with(mark + ' ')) {
            text.append(line) += '\n';
            continue;
        }
        const std::string word(line.substr(mark.size() + 1));
        if (word.starts_with("= "))
            answers[name] = {std::atoi(word.c_str() + 2), std::string(withoutSpacesAtEnd(text))};
        else
            name = word;
        text.clear();
    }
    return answers;
}

} // namespace widthwise
