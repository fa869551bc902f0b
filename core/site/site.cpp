// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/site/site.h"

#include "core/experiment/yaml_reader.h"
#include "core/host/local_host.h"
#include "core/system/home_directory.h"

#include <algorithm>
#include <climits>
#include <cstdlib>
#include <filesystem>
#include <sstream>

namespace widthwise {

namespace {

namespace fs = std::filesystem;
using Names = std::vector<std::string>;

const Names generalKeys{"host",    "jump",     "ssh_config", "scheduler",     "folder",
                        "trainer", "prologue", "container",  "gpus_per_node", "max_trials"};
const Names slurmKeys{"submit",  "partition",  "account", "qos",          "constraint",
                      "options", "time_limit", "notice",  "poll_interval"};

constexpr std::chrono::seconds shortestPoll{10};

std::optional<std::string> filled(const YamlValue& value)
{
    const std::string text = value.filledText();
    return text.empty() ? std::nullopt : std::optional(text);
}

std::optional<std::string> absolutePath(const YamlValue& value)
{
    const std::string path = value.filledText();
    if (!path.empty() && !path.starts_with('/'))
        value.addProblem("expected an absolute path on the site, got \"" + path + "\"");
    return path;
}

std::optional<std::string> oneLine(const YamlValue& value)
{
    std::optional<std::string> text = filled(value);
    if (text && text->find('\n') != std::string::npos) {
        value.addProblem("expected one line, e.g. apptainer exec --nv image.sif");
        return std::nullopt;
    }
    return text;
}

template <typename Duration>
std::optional<Duration> duration(const YamlValue& value)
{
    const auto seconds = value.duration();
    return seconds ? std::optional(std::chrono::round<Duration>(*seconds)) : std::nullopt;
}

/// A list, or one text of words apart.
void readOptions(const YamlValue& value, std::vector<std::string>& options)
{
    const auto add = [&](const YamlValue& from, const std::string& option) {
        options.push_back(option);
        if (!option.starts_with("-"))
            from.addProblem("expected an option for sbatch, e.g. --mem-per-cpu=4G");
    };
    if (value.isList()) {
        for (const YamlValue& option : value.items())
            add(option, option.filledText());
        return;
    }
    std::istringstream words(value.filledText());
    for (std::string word; words >> word;)
        add(value, word);
}

void readSlurm(const YamlMap& map, SlurmSettings& slurm)
{
    if (const YamlValue* submit = map.find("submit"))
        if (submit->oneOf(Names{"array", "pilot"}) == "pilot")
            slurm.submit = SlurmSettings::Submit::Pilot;
    map.read("partition", slurm.partition, filled);
    map.read("account", slurm.account, filled);
    map.read("qos", slurm.qos, filled);
    map.read("constraint", slurm.constraint, filled);
    map.read("time_limit", slurm.timeLimit, [](const YamlValue& value) { return value.duration(); });
    map.read("notice", slurm.notice, duration<std::chrono::seconds>);
    map.read("poll_interval", slurm.pollInterval, duration<std::chrono::milliseconds>);
    if (const YamlValue* options = map.find("options"))
        readOptions(*options, slurm.options);
    if (slurm.pollInterval < shortestPoll)
        if (const YamlValue* interval = map.find("poll_interval"))
            interval->addProblem(
                "expected at least 10s: the queue is everybody's, and the metrics of running "
                "trials do not wait for it");
}

std::optional<int> count(const YamlValue& value, int least)
{
    const auto number = value.integer(least, INT_MAX);
    return number ? std::optional(static_cast<int>(*number)) : std::nullopt;
}

Site readSections(const YamlMap& map, const std::string& name)
{
    Site site;
    site.name = name;
    map.read("host", site.host, filled);
    map.read("jump", site.jump, filled);
    map.read("ssh_config", site.sshConfig, filled);
    map.read("folder", site.folder, absolutePath);
    map.read("trainer", site.trainer, filled);
    map.read("prologue", site.slurm.prologue, [](const YamlValue& value) { return value.text(); });
    if (!site.slurm.prologue.empty() && !site.slurm.prologue.ends_with('\n'))
        site.slurm.prologue += '\n';
    map.read("container", site.container, oneLine);
    if (const YamlValue* value = map.find("gpus_per_node"))
        site.gpusPerNode = count(*value, 0);
    if (const YamlValue* value = map.find("max_trials"))
        site.mostTrials = count(*value, 1);
    if (const YamlValue* scheduler = map.find("scheduler"))
        if (scheduler->oneOf(Names{"none", "slurm"}) == "slurm")
            site.scheduler = Site::Scheduler::Slurm;
    if (site.scheduler == Site::Scheduler::Slurm)
        readSlurm(map, site.slurm);
    else
        for (const std::string& key : slurmKeys)
            if (const YamlValue* value = map.find(key))
                value->addKeyProblem("is for scheduler: slurm");
    if (site.isRemote())
        map.require("folder");
    else
        for (const char* key : {"jump", "ssh_config"})
            if (const YamlValue* value = map.find(key))
                value->addKeyProblem("is for a host that is reached by SSH: name it with `host`");
    return site;
}

Site readSiteFile(const fs::path& path)
{
    const std::string yaml = readTextFile(path.string());
    try {
        return parseSite(yaml, path.stem().string());
    } catch (const ExperimentFileError& error) {
        std::vector<FileProblem> problems = error.problems();
        for (FileProblem& problem : problems)
            problem = {0, 0, {}, problem.toText(path.string())};
        throw ExperimentFileError(std::move(problems));
    }
}

} // namespace

SiteReading readSite(std::string_view yaml, const std::string& name)
{
    Names keys = generalKeys;
    keys.insert(keys.end(), slurmKeys.begin(), slurmKeys.end());
    SiteReading reading;
    const YamlValue document = yamlDocument(yaml, reading.problems);
    reading.site = readSections(YamlMap(document, keys), name);
    std::ranges::stable_sort(reading.problems, {}, [](const FileProblem& problem) {
        return std::pair(problem.line, problem.column);
    });
    return reading;
}

Site parseSite(std::string_view yaml, const std::string& name)
{
    SiteReading reading = readSite(yaml, name);
    if (!reading.problems.empty())
        throw ExperimentFileError(std::move(reading.problems));
    return reading.site;
}

std::string quietPrologue(const Site& site)
{
    return site.slurm.prologue.empty() ? std::string()
                                       : "{ :\n" + site.slurm.prologue + "} >/dev/null 2>&1\n";
}

std::string sitesFolder()
{
    fs::path config;
    if (const char* xdg = std::getenv("XDG_CONFIG_HOME"); xdg != nullptr && fs::path(xdg).is_absolute())
        config = xdg;
    else
        config = fs::path(homeDirectory()) / ".config";
    return config / "widthwise" / "sites";
}

std::vector<std::string> siteNames()
{
    std::vector<std::string> names;
    std::error_code error;
    for (const fs::directory_entry& entry : fs::directory_iterator(sitesFolder(), error))
        if (entry.path().extension() == ".yaml")
            names.push_back(entry.path().stem().string());
    std::ranges::sort(names);
    names.insert(names.begin(), "local");
    return names;
}

std::string siteFile(const std::string& name)
{
    return fs::path(sitesFolder()) / (name + ".yaml");
}

void writeSiteFile(const std::string& name, std::string_view yaml)
{
    LocalHost().writeFile(siteFile(name), yaml);
}

std::string refusalOfSiteName(const std::string& name)
{
    if (name.empty() || name == "local" || name.ends_with(".yaml") || name.starts_with('.') ||
        name.find('/') != std::string::npos)
        return "expected a name for a file, other than local and without .yaml, got \"" + name + '"';
    return {};
}

Site findSite(const std::string& site, const std::string& baseDirectory)
{
    if (site == "local")
        return {};
    if (site.ends_with(".yaml"))
        return readSiteFile(fs::path(baseDirectory) / site);
    const fs::path file = siteFile(site);
    if (fs::exists(file))
        return readSiteFile(file);
    std::string known;
    for (const std::string& name : siteNames())
        known += (known.empty() ? "" : ", ") + name;
    throw ExperimentFileError(
        {{0, 0, "site",
          "there is no site \"" + site + "\" (known: " + known + "); describe it in " + file.string()}});
}

Site siteOf(const Experiment& experiment, const std::string& baseDirectory)
{
    Site site = findSite(experiment.site, baseDirectory);
    const int gpus = experiment.resources.gpus;
    if (site.gpusPerNode && gpus > *site.gpusPerNode)
        throw ExperimentFileError(
            {{0, 0, "resources.gpus",
              "a node of " + site.name + " has " + std::to_string(*site.gpusPerNode) +
                  " (its gpus_per_node), got " + std::to_string(gpus) +
                  (*site.gpusPerNode > 0 ? "; for more there is resources.nodes" : "")}});
    return site;
}

} // namespace widthwise
