// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/site/slurm_findings.h"

#include "core/experiment/amount_text.h"
#include "core/experiment/duration_text.h"
#include "core/launch/exit_reason.h"
#include "core/site/slurm_facts.h"
#include "core/space/nearest.h"

#include <algorithm>
#include <iterator>

namespace widthwise {

namespace {

using Config = std::map<std::string, std::string, std::less<>>;
using Names = std::vector<std::string>;

const SiteAnswer& answerTo(const SiteAnswers& answers, std::string_view question)
{
    static const SiteAnswer none{-1, {}};
    const auto found = answers.find(question);
    return found == answers.end() ? none : found->second;
}

std::string valueOf(const Config& config, std::string_view key)
{
    const auto found = config.find(key);
    return found == config.end() ? std::string() : found->second;
}

std::string joined(const Names& names)
{
    std::string text;
    for (const std::string& name : names)
        text += (text.empty() ? "" : ", ") + name;
    return text;
}

bool contains(const Names& names, const std::string& name)
{
    return std::ranges::find(names, name) != names.end();
}

/// Whether the cluster keeps accounts at all, refuses what they do not allow, and answers about them.
struct Accounting {
    bool on = false;
    bool enforced = false;
    bool answers = false;
    std::vector<SlurmAssociation> associations; ///< of the person, on this cluster
    std::vector<SlurmQos> qos;
};

Accounting accountingOf(const Config& config, const SiteAnswers& answers)
{
    Accounting accounting;
    const std::string type = valueOf(config, "AccountingStorageType");
    accounting.on = !type.empty() && type != "accounting_storage/none";
    const std::string enforced = valueOf(config, "AccountingStorageEnforce");
    accounting.enforced =
        enforced.find("associations") != std::string::npos || enforced.find("limits") != std::string::npos;
    const SiteAnswer& associations = answerTo(answers, "associations");
    accounting.answers = associations.exitCode == 0;
    if (!accounting.on || !accounting.answers)
        return accounting;
    const std::string cluster = valueOf(config, "ClusterName");
    for (SlurmAssociation& association : readAssociations(associations.text))
        if (cluster.empty() || association.cluster == cluster)
            accounting.associations.push_back(std::move(association));
    accounting.qos = readQos(answerTo(answers, "qos").text);
    return accounting;
}

Finding judgeAccounting(const Accounting& accounting)
{
    if (!accounting.on)
        return {"accounting",
                Verdict::Good,
                "off: what became of a job is read from the files of its trial, and accounts mean nothing",
                {}};
    if (!accounting.answers)
        return {"accounting", Verdict::Warning, "on, but its database does not answer",
                "trials run all the same; why SLURM ended one may stay unknown until it answers again"};
    return {"accounting", Verdict::Good, "on: sacct tells what became of a job", {}};
}

/// The partition of the jobs, null where there is none such.
const SlurmPartition* partitionOf(const Site& site, const std::vector<SlurmPartition>& partitions)
{
    const auto found = std::ranges::find_if(partitions, [&](const SlurmPartition& part) {
        return site.slurm.partition.empty() ? part.standard : part.name == site.slurm.partition;
    });
    return found == partitions.end() ? nullptr : &*found;
}

Finding judgeMissingPartition(const Site& site, const std::vector<SlurmPartition>& partitions)
{
    Names names;
    for (const SlurmPartition& part : partitions)
        names.push_back(part.name);
    if (site.slurm.partition.empty())
        return {"partition", Verdict::Bad, "the site file names none, and the cluster has no default",
                "write `partition:` with one of " + joined(names)};
    return {"partition", Verdict::Bad,
            "there is no partition " + site.slurm.partition + suggestion(site.slurm.partition, names),
            "write `partition:` with one of " + joined(names)};
}

Finding judgePartition(const Site& site, const SlurmPartition& part)
{
    const std::string limit =
        part.timeLimit ? "jobs of at most " + durationToText(*part.timeLimit) : "no time limit";
    std::string found = part.name + ": " + limit + ", " + countText(part.nodes, "node") + " (" +
                        std::to_string(part.idle) + " idle)";
    if (part.mostNodes && *part.mostNodes < part.nodes)
        found += ", at most " + std::to_string(*part.mostNodes) + " for one job";
    if (!part.up)
        return {"partition", Verdict::Bad, part.name + " is down: its jobs wait",
                "ask the site when it comes back, or name another `partition:`"};
    if (site.slurm.timeLimit && part.timeLimit && *site.slurm.timeLimit > *part.timeLimit)
        return {"partition", Verdict::Bad,
                found + "; with a time_limit of " + durationToText(*site.slurm.timeLimit) +
                    " none ever starts",
                "write `time_limit: " + durationToText(*part.timeLimit) + "`"};
    return {"partition", Verdict::Good, std::move(found), {}};
}

Finding judgeGpus(const Site& site, const SlurmPartition& part)
{
    const std::string found =
        part.mostGpus == 0 ? part.name + " has none"
        : part.mostGpus == part.fewestGpus
            ? std::to_string(part.mostGpus) + " on each node"
            : std::to_string(part.fewestGpus) + " to " + std::to_string(part.mostGpus) + " on a node";
    if (site.gpusPerNode && *site.gpusPerNode != part.mostGpus)
        return {"GPUs", *site.gpusPerNode > part.mostGpus ? Verdict::Bad : Verdict::Warning,
                found + "; the site file says " + std::to_string(*site.gpusPerNode),
                "write `gpus_per_node: " + std::to_string(part.mostGpus) + "`"};
    return {"GPUs", Verdict::Good, found, {}};
}

Verdict whereEnforced(const Accounting& accounting)
{
    return accounting.enforced ? Verdict::Bad : Verdict::Warning;
}

Finding judgeAccount(const Site& site, const Accounting& accounting)
{
    Names names;
    for (const SlurmAssociation& association : accounting.associations)
        if (!contains(names, association.account))
            names.push_back(association.account);
    const std::string& account = site.slurm.account;
    if (names.empty())
        return {"account", whereEnforced(accounting), "you have none on this cluster",
                "ask the site, or the head of your project, for one"};
    if (!account.empty() && !contains(names, account))
        return {"account", whereEnforced(accounting), account + " is not yours" + suggestion(account, names),
                "write `account:` with one of " + joined(names)};
    return {"account",
            Verdict::Good,
            account.empty() ? "your default (yours: " + joined(names) + ')' : account,
            {}};
}

/// Those of the account of the jobs; of all where it is none of the person's.
std::vector<SlurmAssociation> associationsOf(const Site& site, const Accounting& accounting)
{
    std::vector<SlurmAssociation> own;
    std::ranges::copy_if(
        accounting.associations, std::back_inserter(own),
        [&](const SlurmAssociation& association) { return association.account == site.slurm.account; });
    return own.empty() ? accounting.associations : own;
}

Finding judgeQos(const Site& site, const Accounting& accounting)
{
    Names allowed;
    for (const SlurmAssociation& association : associationsOf(site, accounting))
        for (const std::string& name : association.qos)
            if (!contains(allowed, name))
                allowed.push_back(name);
    const std::string& qos = site.slurm.qos;
    if (!qos.empty() && !contains(allowed, qos))
        return {"QOS", whereEnforced(accounting),
                qos + " is not allowed with this account" + suggestion(qos, allowed),
                allowed.empty() ? "take `qos:` out" : "write `qos:` with one of " + joined(allowed)};
    const std::string found = qos.empty() ? "the default" : qos;
    const auto known = std::ranges::find(accounting.qos, qos, &SlurmQos::name);
    if (known == accounting.qos.end() || !known->timeLimit)
        return {"QOS", Verdict::Good, found, {}};
    return {"QOS", Verdict::Good, found + ": jobs of at most " + durationToText(*known->timeLimit), {}};
}

void lower(std::optional<int>& limit, const std::optional<int>& other)
{
    if (other)
        limit = std::min(limit.value_or(*other), *other);
}

/// How many jobs there may be at a time, by whatever says so first.
Finding judgeLimits(const Site& site, const Config& config, const Accounting& accounting)
{
    std::optional<int> submitted;
    std::optional<int> running;
    for (const SlurmAssociation& association : associationsOf(site, accounting)) {
        lower(submitted, association.mostSubmitted);
        lower(running, association.mostRunning);
    }
    for (const SlurmQos& qos : accounting.qos)
        if (qos.name == site.slurm.qos) {
            lower(submitted, qos.mostSubmitted);
            lower(running, qos.mostRunning);
        }
    const std::string array = valueOf(config, "MaxArraySize");
    std::string found = array.empty() ? "" : "arrays of fewer than " + array + " jobs (MaxArraySize)";
    if (submitted)
        found += (found.empty() ? "" : ", ") + countText(*submitted, "job") + " in the queue (MaxSubmit)";
    if (running)
        found += (found.empty() ? "" : ", ") + countText(*running, "job") + " running (MaxJobs)";
    if (submitted && site.mostTrials.value_or(0) > *submitted)
        return {"limits", Verdict::Bad,
                found + "; max_trials is " + std::to_string(*site.mostTrials) +
                    ", and what is more is refused",
                "write `max_trials: " + std::to_string(*submitted) + "`"};
    if (submitted && !site.mostTrials)
        found += "; `max_trials: " + std::to_string(*submitted) + "` keeps searches below";
    return {"limits", Verdict::Good, found.empty() ? "none are known" : found, {}};
}

} // namespace

Findings judgeSlurm(const Site& site, const SiteAnswers& answers)
{
    const SiteAnswer& ping = answerTo(answers, "ping");
    if (ping.exitCode == 127)
        return {{"SLURM", Verdict::Bad, "there is no scontrol in PATH",
                 "name a login node of the cluster with `host:`, or write `scheduler: none`"}};
    if (ping.text.find(" UP") == std::string::npos && ping.text.find("/UP") == std::string::npos)
        return {{"SLURM", Verdict::Bad,
                 "its controller does not answer: " + ping.text.substr(0, ping.text.find('\n')),
                 "wait, or see the site's status page: nothing can be submitted meanwhile, running trials go "
                 "on"}};
    const SiteAnswer& shown = answerTo(answers, "config");
    const Config config = readSlurmConfig(shown.text);
    const std::string version = valueOf(config, "SLURM_VERSION");
    if (shown.exitCode != 0 || version.empty())
        return {{"SLURM", Verdict::Bad, "it does not tell its configuration: " + lastLine(shown.text),
                 "try again; the controller may be busy"}};

    const Accounting accounting = accountingOf(config, answers);
    Findings findings{{"SLURM", Verdict::Good, version, {}}, judgeAccounting(accounting)};
    const std::vector<SlurmPartition> partitions = readPartitions(answerTo(answers, "partitions").text);
    if (const SlurmPartition* part = partitionOf(site, partitions)) {
        findings.push_back(judgePartition(site, *part));
        findings.push_back(judgeGpus(site, *part));
    } else {
        findings.push_back(judgeMissingPartition(site, partitions));
    }
    if (accounting.on && accounting.answers) {
        findings.push_back(judgeAccount(site, accounting));
        findings.push_back(judgeQos(site, accounting));
    }
    findings.push_back(judgeLimits(site, config, accounting));
    return findings;
}

} // namespace widthwise
