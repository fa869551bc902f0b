// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/launch/slurm/slurm_job.h"

#include "core/host/shell.h"
#include "core/launch/exit_reason.h"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace widthwise {

namespace {

using Phase = SlurmMeaning::Phase;
using Exit = TrialExit::Kind;

std::vector<std::string> lines(std::string_view text)
{
    std::vector<std::string> found;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        if (end > 0)
            found.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return found;
}

/// The last column takes all that is left: reasons hold commas and spaces.
std::vector<std::string> columns(std::string_view line, std::size_t count)
{
    std::vector<std::string> found;
    while (found.size() + 1 < count) {
        const std::size_t end = std::min(line.find('|'), line.size());
        found.emplace_back(line.substr(0, end));
        line.remove_prefix(std::min(end + 1, line.size()));
    }
    found.emplace_back(line);
    return found;
}

struct StateRow {
    std::string_view state;
    Phase phase;
    Exit exit;
    std::string_view text;
};

constexpr std::string_view tooMuchMemory =
    "it used more memory than its job had asked for: ask for more in the site's options (--mem-per-cpu=…)";

/// man squeue, "JOB STATE CODES", and what each looked like on SLURM 22.05.
constexpr std::array stateTable{
    StateRow{"PENDING", Phase::Waiting, {}, "waits in the queue"},
    StateRow{"CONFIGURING", Phase::Waiting, {}, "its nodes are being made ready"},
    StateRow{"REQUEUED", Phase::Waiting, {}, "was put back into the queue"},
    StateRow{"REQUEUE_HOLD", Phase::Waiting, {}, "was put back into the queue and is held"},
    StateRow{"SPECIAL_EXIT", Phase::Waiting, {}, "was put back into the queue and is held"},
    StateRow{"RESV_DEL_HOLD", Phase::Waiting, {}, "is held: its reservation was deleted"},
    StateRow{"RUNNING", Phase::Running, {}, ""},
    StateRow{"COMPLETING", Phase::Running, {}, ""},
    StateRow{"SIGNALING", Phase::Running, {}, ""},
    StateRow{"STAGE_OUT", Phase::Running, {}, ""},
    StateRow{"SUSPENDED", Phase::Running, {}, "is suspended by the cluster"},
    StateRow{"STOPPED", Phase::Running, {}, "is suspended by the cluster"},
    StateRow{"COMPLETED", Phase::Ended, Exit::Lost, "its job ended without a word from the trial"},
    StateRow{"FAILED", Phase::Ended, Exit::Failed, "its job failed before the trial could say anything"},
    StateRow{"CANCELLED", Phase::Ended, Exit::Lost, "its job was cancelled"},
    StateRow{"TIMEOUT", Phase::Ended, Exit::Interrupted, "its job ran into its time limit"},
    StateRow{"DEADLINE", Phase::Ended, Exit::Interrupted, "its job ran into its deadline"},
    StateRow{"OUT_OF_MEMORY", Phase::Ended, Exit::Failed, tooMuchMemory},
    StateRow{"NODE_FAIL", Phase::Ended, Exit::Interrupted, "its node failed"},
    StateRow{"BOOT_FAIL", Phase::Ended, Exit::Interrupted, "its node did not boot"},
    StateRow{"PREEMPTED", Phase::Ended, Exit::Interrupted, "its job had to make room for another"},
    StateRow{"REVOKED", Phase::Ended, Exit::Interrupted, "its job was taken over by another cluster"},
};

struct ReasonRow {
    std::string_view beginning; ///< the longest that fits counts
    bool neverRuns;
    std::string_view text;
};

/// man squeue, "JOB REASON CODES".
constexpr std::array reasonTable{
    ReasonRow{"Priority", false, "others come first"},
    ReasonRow{"Resources", false, "for free nodes"},
    ReasonRow{"BeginTime", false, "for its begin time"},
    ReasonRow{"JobArrayTaskLimit", false, "for other trials of this experiment to end"},
    ReasonRow{"Dependency", false, "for another job"},
    ReasonRow{"Reservation", false, "for its reservation"},
    ReasonRow{"Licenses", false, "for a licence"},
    ReasonRow{"ReqNodeNotAvail", false, "for nodes that are down or reserved"},
    ReasonRow{"Nodes_required_for_job_are_DOWN", false, "for nodes that are down or reserved"},
    ReasonRow{"QOSMaxJobsPerUserLimit", false, "for other jobs of yours to end: the QOS limits how many run"},
    ReasonRow{"QOSMaxCpuPerUserLimit", false, "for other jobs of yours to end: the QOS limits your CPUs"},
    ReasonRow{"QOSMaxGRESPerUser", false, "for other jobs of yours to end: the QOS limits your GPUs"},
    ReasonRow{"QOSGrp", false, "for others in its QOS to end"},
    ReasonRow{"AssocGrp", false,
              "for others in its account to end, or for the account's budget to be renewed"},
    ReasonRow{"AssocMaxJobsLimit", false, "for other jobs of yours to end: the account limits how many run"},
    ReasonRow{"JobHeldUser", true, "it is held: scontrol release lets it go"},
    ReasonRow{"JobHeldAdmin", true, "an administrator holds it"},
    ReasonRow{"DependencyNeverSatisfied", true, "it waits for a job that failed"},
    ReasonRow{"PartitionTimeLimit", true, "it asks for more time than the partition allows"},
    ReasonRow{"PartitionNodeLimit", true, "it asks for more nodes than the partition allows"},
    ReasonRow{"PartitionDown", true, "the partition is down"},
    ReasonRow{"PartitionInactive", true, "the partition is inactive"},
    ReasonRow{"BadConstraints", true, "no node is what the constraint asks for"},
    ReasonRow{"QOSMaxWallDurationPerJobLimit", true, "it asks for more time than the QOS allows"},
    ReasonRow{"QOSMaxNodePerJobLimit", true, "it asks for more nodes than the QOS allows"},
    ReasonRow{"QOSMaxGRESPerJob", true, "it asks for more GPUs than the QOS allows"},
    ReasonRow{"QOSNotAllowed", true, "the partition does not allow its QOS"},
    ReasonRow{"QOSJobLimit", true, "it asks for more than the QOS allows"},
    ReasonRow{"InvalidAccount", true, "its account is not valid"},
    ReasonRow{"InvalidQOS", true, "its QOS is not valid"},
    ReasonRow{"AccountNotAllowed", true, "the partition does not allow its account"},
    ReasonRow{"AssocMaxWallDurationPerJobLimit", true, "it asks for more time than the account allows"},
    ReasonRow{"AssocMaxNodePerJobLimit", true, "it asks for more nodes than the account allows"},
};

const ReasonRow* reasonRow(std::string_view reason)
{
    const ReasonRow* best = nullptr;
    for (const ReasonRow& row : reasonTable)
        if (reason.starts_with(row.beginning) && (!best || row.beginning.size() > best->beginning.size()))
            best = &row;
    return best;
}

struct RefusalRow {
    std::string_view part;
    bool again;
    std::string_view text;
};

constexpr std::array refusalTable{
    RefusalRow{"Unable to contact slurm controller", true, "the SLURM controller does not answer"},
    RefusalRow{"Socket timed out", true, "the SLURM controller does not answer in time"},
    RefusalRow{"Zero Bytes were transmitted", true, "the SLURM controller does not answer"},
    RefusalRow{"Resource temporarily unavailable", true, "the SLURM controller is busy"},
    RefusalRow{"try again", true, "the SLURM controller is busy"},
    RefusalRow{"QOSMaxSubmitJobPerUserLimit", true, "you have as many jobs in the queue as the QOS allows"},
    RefusalRow{"AssocMaxSubmitJobLimit", true, "you have as many jobs in the queue as the account allows"},
    RefusalRow{"Job violates accounting/QOS policy", true,
               "the account or the QOS allows no more jobs, or not of this size"},
    RefusalRow{"Invalid partition", false,
               "there is no such partition: see sinfo, and correct the site's partition"},
    RefusalRow{"Invalid account", false, "the account may not be used there: correct the site's account"},
    RefusalRow{"Invalid qos", false, "there is no such QOS for you: correct the site's qos"},
    RefusalRow{"Invalid generic resource", false,
               "the cluster has no such GPUs: correct the site's or the trial's gpus"},
    RefusalRow{"Requested node configuration is not available", false,
               "no node of the partition has what one trial asks for: fewer CPUs, GPUs or memory, or another "
               "partition"},
    RefusalRow{"Requested time limit is invalid", false,
               "the time limit is longer than the partition allows"},
    RefusalRow{"Invalid job array specification", false, "the cluster allows no array of this size"},
};

} // namespace

std::vector<SlurmJob> readSqueue(std::string_view output)
{
    std::vector<SlurmJob> jobs;
    for (const std::string& line : lines(output)) {
        const std::vector<std::string> column = columns(line, 6);
        const bool inArray = !column[1].empty() && column[1] != "N/A";
        jobs.push_back({.name = column[3],
                        .id = inArray ? column[0] + '_' + column[1] : column[0],
                        .task = inArray ? std::atoi(column[1].c_str()) : 0,
                        .state = column[2],
                        .reason = column[5],
                        .nodes = column[4]});
    }
    return jobs;
}

std::string sacctCommand(const std::vector<std::string>& names)
{
    std::string list;
    for (const std::string& name : names)
        list += (list.empty() ? "" : ",") + name;
    return "sacct -X -n -P -S now-30days --name " + shellQuoted(list) + " -o JobName,JobID,State,NodeList";
}

std::vector<SlurmJob> readSacct(std::string_view output)
{
    std::vector<SlurmJob> jobs;
    for (const std::string& line : lines(output)) {
        const std::vector<std::string> column = columns(line, 4);
        const std::size_t task = column[1].find('_');
        jobs.push_back({.name = column[0],
                        .id = column[1],
                        .task = task == std::string::npos ? 0 : std::atoi(column[1].c_str() + task + 1),
                        .state = column[2].substr(0, column[2].find(' ')), // "CANCELLED by 1001"
                        .reason = "None",
                        .nodes = column[3]});
    }
    return jobs;
}

SlurmMeaning meaningOf(const SlurmJob& job)
{
    SlurmMeaning meaning;
    const auto* const row = std::ranges::find(stateTable, job.state, &StateRow::state);
    if (row == stateTable.end()) { // of a newer SLURM: what is not known to have ended may still come
        meaning.text = "is in the state " + job.state;
        return meaning;
    }
    meaning.phase = row->phase;
    meaning.exit = row->exit;
    meaning.text = row->text;
    if (meaning.phase == Phase::Waiting && job.state == "PENDING") {
        if (const ReasonRow* reason = reasonRow(job.reason)) {
            meaning.neverRuns = reason->neverRuns;
            meaning.text = (reason->neverRuns ? "will not start by itself: " : "waits in the queue ") +
                           std::string(reason->text);
        } else if (!job.reason.empty() && job.reason != "None") {
            meaning.text += " (" + job.reason + ")";
        }
    }
    return meaning;
}

std::string complaintOf(std::string_view output)
{
    constexpr std::array signs{"Exceeded job memory limit", "exceeded memory limit", "oom-kill", "oom_kill"};
    for (const char* sign : signs)
        if (output.find(sign) != std::string_view::npos)
            return std::string(tooMuchMemory);
    return {};
}

SlurmRefusal refusalOf(std::string_view errors)
{
    for (const RefusalRow& row : refusalTable)
        if (errors.find(row.part) != std::string_view::npos)
            return {std::string(row.text), row.again};
    return {"sbatch refuses the job: " + lastLine(errors), false};
}

} // namespace widthwise
