// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/launch/slurm/slurm_job.h"
#include "core/launch/slurm/slurm_meaning.h"
#include "core/launch/slurm/slurm_values.h"
#include "core/site/slurm_facts.h"
#include "tests/fuzz/targets.h"

namespace widthwise::fuzz {

namespace {

void expectTime(const std::optional<Seconds>& time)
{
    expect(!time || time->count() >= 0, "no time limit is below zero");
}

/// What squeue, sacct and sinfo say of jobs.
void jobs(std::string_view answer)
{
    for (const SlurmJob& job : readSqueue(answer)) {
        expect(job.task >= 0, "a task's index is not below zero");
        meaningOf(job);
    }
    for (const SlurmJob& job : readSacct(answer)) {
        expect(job.task >= 0, "a task's index is not below zero");
        meaningOf(job);
    }
    readLimits("batch", answer);
    expectTime(readLongestTime(answer));
    expect(readLargestArray(answer) > 0, "an array has room for a task");
    complaintOf(answer);
    refusalOf(answer);
}

/// What sinfo, scontrol and sacctmgr say of the cluster.
void facts(std::string_view answer)
{
    readSlurmConfig(answer);
    expectTime(slurmTime(answer));
    expect(gpusOf(answer) >= 0, "no node has less than no GPU");
    for (const SlurmPartition& partition : readPartitions(answer)) {
        expectTime(partition.timeLimit);
        expect(partition.nodes >= 0 && partition.idle >= 0, "no partition has less than no node");
    }
    readAssociations(answer);
    for (const SlurmQos& qos : readQos(answer))
        expectTime(qos.timeLimit);
}

} // namespace

void slurmAnswers(std::string_view answer)
{
    jobs(answer);
    facts(answer);
}

} // namespace widthwise::fuzz
