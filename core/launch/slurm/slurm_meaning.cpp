// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/launch/slurm/slurm_meaning.h"

#include "core/launch/exit_reason.h"

#include <algorithm>
#include <array>

namespace widthwise {

namespace {

using Phase = SlurmMeaning::Phase;
using Exit = TrialExit::Kind;
using Refusal = SlurmRefusal::Kind;

struct StateRow {
    std::string_view state;
    Phase phase;
    Exit exit;
    std::string_view text;
};

constexpr std::string_view tooMuchMemory =
    "it used more memory than its job had asked for: ask for more in the site's options (--mem-per-cpu=…)";

/// SLURM says so too where a signal ended the job's script.
constexpr std::string_view launchFailure =
    "its node could not run its job: see that the site's folder is there on the nodes and can be written";

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
    // Of a job that was put back into the queue while nobody looked, and then found its attempt claimed.
    StateRow{"COMPLETED", Phase::Ended, Exit::Interrupted, "its job ended without a word from the trial"},
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

enum class Prospect {
    Turn,  ///< its turn will come
    Help,  ///< not unless somebody does something
    Never, ///< not as it was submitted
};

struct ReasonRow {
    std::string_view beginning; ///< the longest that fits counts
    Prospect prospect;
    std::string_view text;
};

/// man squeue, "JOB REASON CODES".
constexpr std::array reasonTable{
    ReasonRow{"Priority", Prospect::Turn, "until others had their turn"},
    ReasonRow{"Resources", Prospect::Turn, "for free nodes"},
    ReasonRow{"BeginTime", Prospect::Turn, "for its begin time"},
    ReasonRow{"JobArrayTaskLimit", Prospect::Turn, "for other trials of this experiment to end"},
    ReasonRow{"Dependency", Prospect::Turn, "for another job"},
    ReasonRow{"Reservation", Prospect::Turn, "for its reservation"},
    ReasonRow{"Licenses", Prospect::Turn, "for a licence"},
    ReasonRow{"ReqNodeNotAvail", Prospect::Turn, "for nodes that are down or reserved"},
    ReasonRow{"Nodes_required_for_job_are_DOWN", Prospect::Turn, "for nodes that are down or reserved"},
    ReasonRow{"QOSMaxJobsPerUserLimit", Prospect::Turn,
              "for other jobs of yours to end: the QOS limits how many run"},
    ReasonRow{"QOSMaxCpuPerUserLimit", Prospect::Turn,
              "for other jobs of yours to end: the QOS limits your CPUs"},
    ReasonRow{"QOSMaxGRESPerUser", Prospect::Turn,
              "for other jobs of yours to end: the QOS limits your GPUs"},
    ReasonRow{"QOSGrp", Prospect::Turn, "for others in its QOS to end"},
    ReasonRow{"AssocGrp", Prospect::Turn,
              "for others in its account to end, or for the account's budget to be renewed"},
    ReasonRow{"AssocMaxJobsLimit", Prospect::Turn,
              "for other jobs of yours to end: the account limits how many run"},
    ReasonRow{"JobHeldUser", Prospect::Help, "it is held: scontrol release lets it go"},
    ReasonRow{"launch failed requeued held", Prospect::Help,
              "its node could not launch it, and it is held: scontrol release lets it go"},
    ReasonRow{"JobHeldAdmin", Prospect::Help, "an administrator holds it"},
    ReasonRow{"DependencyNeverSatisfied", Prospect::Never, "it waits for a job that failed"},
    ReasonRow{"PartitionTimeLimit", Prospect::Never, "it asks for more time than the partition allows"},
    ReasonRow{"PartitionNodeLimit", Prospect::Never, "it asks for more nodes than the partition allows"},
    ReasonRow{"PartitionConfig", Prospect::Help, "the partition does not take jobs like it"},
    ReasonRow{"PartitionDown", Prospect::Help, "the partition is down"},
    ReasonRow{"PartitionInactive", Prospect::Help, "the partition is inactive"},
    ReasonRow{"BadConstraints", Prospect::Never, "no node is what the constraint asks for"},
    ReasonRow{"QOSMaxWallDurationPerJobLimit", Prospect::Never, "it asks for more time than the QOS allows"},
    ReasonRow{"QOSMaxNodePerJobLimit", Prospect::Never, "it asks for more nodes than the QOS allows"},
    ReasonRow{"QOSMaxGRESPerJob", Prospect::Never, "it asks for more GPUs than the QOS allows"},
    ReasonRow{"QOSNotAllowed", Prospect::Never, "the partition does not allow its QOS"},
    ReasonRow{"QOSJobLimit", Prospect::Never, "it asks for more than the QOS allows"},
    ReasonRow{"InvalidAccount", Prospect::Never, "its account is not valid"},
    ReasonRow{"InvalidQOS", Prospect::Never, "its QOS is not valid"},
    ReasonRow{"AccountNotAllowed", Prospect::Never, "the partition does not allow its account"},
    ReasonRow{"AssocMaxWallDurationPerJobLimit", Prospect::Never,
              "it asks for more time than the account allows"},
    ReasonRow{"AssocMaxNodePerJobLimit", Prospect::Never, "it asks for more nodes than the account allows"},
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
    Refusal kind;
    std::string_view text;
};

constexpr std::array refusalTable{
    RefusalRow{"Unable to contact slurm controller", Refusal::Unanswered,
               "the SLURM controller does not answer"},
    RefusalRow{"Socket timed out", Refusal::Unanswered, "the SLURM controller does not answer in time"},
    RefusalRow{"Zero Bytes were transmitted", Refusal::Unanswered, "the SLURM controller does not answer"},
    RefusalRow{"Resource temporarily unavailable", Refusal::Unanswered, "the SLURM controller is busy"},
    RefusalRow{"try again", Refusal::Unanswered, "the SLURM controller is busy"},
    RefusalRow{"QOSMaxSubmitJobPerUserLimit", Refusal::Crowded,
               "you have as many jobs in the queue as the QOS allows"},
    RefusalRow{"AssocMaxSubmitJobLimit", Refusal::Crowded,
               "you have as many jobs in the queue as the account allows"},
    RefusalRow{"Job violates accounting/QOS policy", Refusal::Crowded,
               "the account or the QOS allows no more jobs, or not of this size"},
    RefusalRow{"Invalid partition", Refusal::Lasting,
               "there is no such partition: see sinfo, and correct the site's partition"},
    RefusalRow{"Invalid account", Refusal::Lasting,
               "the account may not be used there: correct the site's account"},
    RefusalRow{"Invalid qos", Refusal::Lasting, "there is no such QOS for you: correct the site's qos"},
    RefusalRow{"Invalid generic resource", Refusal::Lasting,
               "the cluster has no such GPUs: correct the site's or the trial's gpus"},
    RefusalRow{"Requested node configuration is not available", Refusal::Lasting,
               "no node of the partition has what one trial asks for: fewer CPUs, GPUs or memory, or another "
               "partition"},
    RefusalRow{"Requested time limit is invalid", Refusal::Lasting,
               "the time limit is longer than the partition allows"},
    RefusalRow{"Invalid job array specification", Refusal::Lasting,
               "the cluster allows no array of this size"},
};

std::string_view beginningOf(Prospect prospect)
{
    switch (prospect) {
    case Prospect::Turn:
        return "waits in the queue ";
    case Prospect::Help:
        return "will not start by itself: ";
    case Prospect::Never:
        break;
    }
    return "will never start: ";
}

} // namespace

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
    if (job.state == "FAILED" && job.reason == "JobLaunchFailure")
        meaning.text = launchFailure;
    if (meaning.phase == Phase::Waiting && job.state == "PENDING") {
        if (const ReasonRow* reason = reasonRow(job.reason)) {
            meaning.neverRuns = reason->prospect != Prospect::Turn;
            meaning.text = std::string(beginningOf(reason->prospect)) + std::string(reason->text);
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
            return {std::string(row.text), row.kind};
    return {"SLURM refuses: " + lastLine(errors), Refusal::Lasting};
}

} // namespace widthwise
