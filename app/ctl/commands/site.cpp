// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/commands/commands.h"
#include "app/ctl/invocation.h"
#include "app/ctl/prompter.h"
#include "app/ctl/table.h"
#include "core/experiment/file_values.h"
#include "core/run/trainer_binary.h"
#include "core/site/trainer_deployment.h"
#include "core/space/nearest.h"

#include <nlohmann/json.hpp>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <iostream>

namespace widthwise::ctl {

namespace {

using Json = nlohmann::ordered_json;

/// The options of `site add` are the keys of a site file that hold one value, with hyphens.
const std::vector<Option> keyOptions{
    {"host", "HOST", "add: as for ssh, an alias of its configuration or user@host"},
    {"jump", "HOST", "add: as for ssh -J"},
    {"ssh-config", "FILE", "add: this file instead of ~/.ssh/config"},
    {"scheduler", "NAME", "add: slurm or none"},
    {"folder", "PATH", "add: folder for trials on the site"},
    {"trainer", "PATH", "add: the trainer on the site; default: FOLDER/bin/widthwise-trainer"},
    {"partition", "NAME", "add: as for sbatch"},
    {"account", "NAME", "add: as for sbatch"},
    {"qos", "NAME", "add: as for sbatch"},
    {"constraint", "NAME", "add: as for sbatch"},
    {"time-limit", "TIME", "add: longest time of a job, such as 12h"},
    {"gpus-per-node", "N", "add: GPUs of a node; an experiment that needs more is refused"},
    {"max-trials", "N", "add: most trials of one experiment at a time"}};

[[noreturn]] void refuse(const std::string& problem)
{
    throw Failure(BadUsage, "site: " + problem + " (see widthwisectl site --help)");
}

std::string keyOf(std::string option)
{
    std::ranges::replace(option, '-', '_');
    return option;
}

/// A site as it is listed; one whose file cannot be read says why.
struct Listed {
    std::string name;
    Site site;
    std::string problem;
};

std::vector<Listed> listed()
{
    std::vector<Listed> sites;
    for (const std::string& name : siteNames())
        try {
            sites.push_back({name, findSite(name, {}), {}});
        } catch (const ExperimentFileError& error) {
            sites.push_back({name, {}, error.what()});
        }
    return sites;
}

std::string schedulerOf(const Site& site)
{
    return site.scheduler == Site::Scheduler::Slurm ? "slurm" : "none";
}

Json toJson(const Listed& listed)
{
    Json object{{"name", listed.name}};
    if (listed.name != "local")
        object["file"] = siteFile(listed.name);
    if (!listed.problem.empty()) {
        object["problem"] = listed.problem;
        return object;
    }
    object["host"] = listed.site.host;
    object["scheduler"] = schedulerOf(listed.site);
    if (!listed.site.folder.empty())
        object["folder"] = listed.site.folder;
    return object;
}

ExitCode list(const Invocation& invocation)
{
    const std::vector<Listed> sites = listed();
    if (invocation.json()) {
        Json array = Json::array();
        for (const Listed& site : sites)
            array.push_back(toJson(site));
        std::cout << array.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
        return Done;
    }
    Table table({{"NAME"}, {"HOST"}, {"SCHEDULER"}, {"FOLDER"}, {"PROBLEM"}});
    for (const auto& [name, site, problem] : sites) {
        const bool well = problem.empty();
        table.add({{name, Tone::Strong},
                   {well ? site.host : ""},
                   {well ? schedulerOf(site) : ""},
                   {site.folder},
                   {problem.substr(0, problem.find('\n')), Tone::Bad}});
    }
    for (const Line& line : table.lines())
        std::cout << rendered(line, terminalOf(STDOUT_FILENO)) << '\n';
    return Done;
}

std::string nameIn(const Invocation& invocation)
{
    if (invocation.count() < 2)
        refuse(invocation.argument(0) + " needs the name of a site");
    return invocation.argument(1);
}

void requireFile(const std::string& name)
{
    if (!std::filesystem::exists(siteFile(name)))
        throw Failure(NotFound, "there is no file " + siteFile(name) + suggestion(name, siteNames()));
}

ExitCode show(const Invocation& invocation)
{
    const std::string name = nameIn(invocation);
    requireFile(name);
    const std::string yaml = readTextFile(siteFile(name));
    if (invocation.json())
        std::cout << Json{{"name", name}, {"file", siteFile(name)}, {"yaml", yaml}}.dump(2) << '\n';
    else
        std::cout << "# " << siteFile(name) << '\n' << yaml;
    parseSite(yaml, name); // says what is wrong with it
    return Done;
}

ExitCode add(const Invocation& invocation)
{
    const std::string name = nameIn(invocation);
    if (const std::string refusal = refusalOfSiteName(name); !refusal.empty())
        refuse(refusal);
    const std::string file = siteFile(name);
    if (std::filesystem::exists(file))
        throw Failure(Unsuccessful, file + " is there already; edit it");
    std::string yaml;
    for (const Option& option : keyOptions)
        if (const auto value = invocation.value(option.name.c_str()))
            yaml = withValue(yaml, {keyOf(option.name)}, *value);
    parseSite(yaml, name);
    writeSiteFile(name, yaml);
    if (invocation.json())
        std::cout << Json{{"name", name}, {"file", file}}.dump() << '\n';
    else
        std::cout << "wrote " << file << "; widthwisectl doctor --site " << name << " checks it\n";
    return Done;
}

ExitCode deploy(const Invocation& invocation)
{
    const Site site = findSite(nameIn(invocation), std::filesystem::current_path());
    const std::string trainer = findTrainer();
    const bool source = invocation.has("source");
    if (site.name == "local")
        throw Failure(Unsuccessful, "trials on this machine take its own trainer; nothing is to be brought");
    if (!source && trainer.empty())
        throw Failure(Unsuccessful,
                      "there is no widthwise-trainer on this machine to send; build it (packaging/run), or "
                      "build one there: widthwisectl site deploy " +
                          site.name + " --source");
    const std::unique_ptr<SshPrompter> prompter = prompterFor(invocation);
    const SiteAccess access = openSite(site, invocation.storeFile(), trainer, prompter.get());
    const auto log = [&](const std::string& line) {
        if (!invocation.json())
            std::cout << printable(line) << std::endl;
    };
    TrainerDeployment deployment(site, *access.host, log);
    const std::string folder =
        source ? deployment.build(findTrainerSource()) : deployment.bringBundle(trainer);
    const std::string place = site.folder + "/bin/widthwise-trainer";
    if (access.plan.trainer != place)
        std::cerr << "the site file names another trainer, " << access.plan.trainer
                  << ": take its key `trainer` out\n";
    if (invocation.json())
        std::cout << Json{{"trainer", place}, {"folder", folder}}.dump() << '\n';
    return Done;
}

struct Verb {
    const char* name;
    ExitCode (*execute)(const Invocation&);
};
constexpr std::array verbs{Verb{"list", list}, Verb{"show", show}, Verb{"add", add}, Verb{"deploy", deploy}};

ExitCode execute(const Invocation& invocation)
{
    const std::string asked = invocation.argument(0);
    std::vector<std::string> names;
    for (const Verb& verb : verbs) {
        if (asked == verb.name)
            return verb.execute(invocation);
        names.emplace_back(verb.name);
    }
    refuse("expected list, show, add or deploy, got \"" + asked + '"' + suggestion(asked, names));
}

} // namespace

Subcommand siteCommand()
{
    std::vector<Option> options = keyOptions;
    options.push_back({"source", "", "deploy: build the trainer there from source"});
    return {
        "site",
        "list|show|add|deploy [NAME]",
        "List, show and add sites (where trials run), and install the trainer there",
        "deploy copies this machine's trainer with its libraries to FOLDER/bin on the site. Running trials "
        "keep the\n"
        "trainer that they started with. The README, \"Sites\", lists what a site file may say.",
        "widthwisectl site add juwels --host me@juwels --scheduler slurm --folder /p/scratch/me/widthwise",
        1,
        2,
        options,
        execute};
}

} // namespace widthwise::ctl
