// SPDX-License-Identifier: GPL-3.0-or-later
// What SLURM 22.05 prints, and what it means.
#include "core/launch/slurm/slurm_job.h"
#include "core/launch/slurm/slurm_meaning.h"
#include "core/launch/slurm/slurm_script.h"

#include <QTest>

using namespace widthwise;
using Phase = SlurmMeaning::Phase;
using Exit = TrialExit::Kind;

Q_DECLARE_METATYPE(SlurmMeaning)

class TestSlurmJob : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsTheQueue()
    {
        const auto jobs = readSqueue("12|3|RUNNING|widthwise-a|n2|main|2026-11-26T12:59:01|None\n"
                                     "13|N/A|PENDING|widthwise-b||main|2026-11-26T13:00:07|"
                                     "ReqNodeNotAvail, UnavailableNodes:n[1-4]\n"
                                     "14|N/A|PENDING|widthwise-c||main|N/A|Priority\n");
        QCOMPARE(jobs.size(), 3U);
        QCOMPARE(jobs[0], (SlurmJob{"widthwise-a", "12_3", 3, "RUNNING", "None", "n2", "main", ""}));
        QCOMPARE(jobs[1].id, std::string("13"));
        QCOMPARE(jobs[1].reason, std::string("ReqNodeNotAvail, UnavailableNodes:n[1-4]"));
        QCOMPARE(jobs[1].start, std::string("2026-11-26 13:00"));
        QCOMPARE(jobs[2].start, std::string());
        QVERIFY(readSqueue("").empty());
    }

    /// An array that waits as a whole is none of its tasks, task 0 least of all.
    void leavesOutWhatIsNoTask()
    {
        QVERIFY(readSqueue("12|[0-3]|PENDING|widthwise-a||main|N/A|Priority\n").empty());
        QVERIFY(readSacct("widthwise-a|12_[0-3%2]|PENDING|None assigned\n").empty());
        QVERIFY(readSacct("widthwise-a|12_-5|PENDING|None assigned\n").empty());
    }

    void readsTheAccounting()
    {
        const auto jobs = readSacct("widthwise-a|12_3|CANCELLED by 6101|n2\nwidthwise-b|13|COMPLETED|n1\n");
        QCOMPARE(jobs.size(), 2U);
        QCOMPARE(jobs[0].state, std::string("CANCELLED"));
        QCOMPARE(jobs[0].task, 3);
        QCOMPARE(jobs[1].task, 0);
    }

    /// Each case that was observed on SLURM 22.05, and what is to come of it.
    void knowsWhatStatesMean_data()
    {
        QTest::addColumn<QString>("state");
        QTest::addColumn<QString>("reason");
        QTest::addColumn<SlurmMeaning>("expected");
        const auto row = [](const char* state, const char* reason, const SlurmMeaning& expected) {
            QTest::addRow("%s %s", state, reason)
                << QString::fromLatin1(state) << QString::fromLatin1(reason) << expected;
        };
        const auto waits = [&](const char* reason, const char* words, bool neverRuns = false) {
            row("PENDING", reason, {Phase::Waiting, words, neverRuns, Exit::Lost});
        };
        const auto ended = [&](const char* state, const char* reason, Exit exit, const char* words) {
            row(state, reason, {Phase::Ended, words, false, exit});
        };
        ended("FAILED", "NonZeroExitCode", Exit::Failed, "before the trial could say anything");
        ended("FAILED", "JobLaunchFailure", Exit::Failed, "its node could not run its job");
        ended("CANCELLED", "None", Exit::Lost, "cancelled");
        ended("TIMEOUT", "TimeLimit", Exit::Interrupted, "time limit");
        ended("OUT_OF_MEMORY", "OutOfMemory", Exit::Failed, "--mem-per-cpu");
        ended("NODE_FAIL", "NodeDown", Exit::Interrupted, "its node failed");
        ended("BOOT_FAIL", "None", Exit::Interrupted, "did not boot");
        ended("PREEMPTED", "None", Exit::Interrupted, "make room");
        ended("DEADLINE", "None", Exit::Interrupted, "deadline");
        ended("COMPLETED", "None", Exit::Interrupted, "without a word");
        row("RUNNING", "None", {Phase::Running, "", false, Exit::Lost});
        row("COMPLETING", "None", {Phase::Running, "", false, Exit::Lost});
        row("SUSPENDED", "None", {Phase::Running, "suspended", false, Exit::Lost});
        row("CONFIGURING", "None", {Phase::Waiting, "made ready", false, Exit::Lost});
        row("REQUEUE_HOLD", "None", {Phase::Waiting, "is held", false, Exit::Lost});
        row("A_NEW_STATE", "None", {Phase::Waiting, "A_NEW_STATE", false, Exit::Lost});
        waits("None", "waits in the queue");
        waits("Resources", "waits in the queue for free nodes");
        waits("Priority", "until others had their turn");
        waits("BeginTime", "begin time");
        waits("JobArrayTaskLimit", "other trials of this experiment");
        waits("JobHeldUser", "will not start by itself: it is held: scontrol release", true);
        waits("JobHeldAdmin", "administrator", true);
        waits("launch failed requeued held", "scontrol release", true);
        waits("DependencyNeverSatisfied", "will never start: it waits for a job that failed", true);
        waits("Dependency", "for another job");
        waits("PartitionNodeLimit", "will never start: it asks for more nodes than the partition", true);
        waits("PartitionTimeLimit", "will never start: it asks for more time than the partition", true);
        waits("PartitionConfig", "will not start by itself: the partition does not take jobs like it", true);
        waits("PartitionDown", "will not start by itself: the partition is down", true);
        waits("ReqNodeNotAvail, UnavailableNodes:n[1-4]", "down or reserved");
        waits("BadConstraints", "no node is what the constraint asks for", true);
        waits("QOSMaxGRESPerJob", "more GPUs than the QOS", true);
        waits("QOSMaxGRESPerUser", "other jobs of yours");
        waits("QOSMaxJobsPerUserLimit", "other jobs of yours");
        waits("QOSGrpNodeLimit", "others in its QOS");
        waits("AssocGrpCPUMinutesLimit", "the account's budget");
        waits("AssocMaxWallDurationPerJobLimit", "more time than the account", true);
        waits("SomethingNew", "(SomethingNew)");
    }
    void knowsWhatStatesMean()
    {
        QFETCH(QString, state);
        QFETCH(QString, reason);
        QFETCH(SlurmMeaning, expected);
        SlurmJob job;
        job.state = state.toStdString();
        job.reason = reason.toStdString();
        const SlurmMeaning meaning = meaningOf(job);
        QCOMPARE(meaning.phase, expected.phase);
        QCOMPARE(meaning.neverRuns, expected.neverRuns);
        if (meaning.phase == Phase::Ended)
            QCOMPARE(meaning.exit, expected.exit);
        QVERIFY2(meaning.text.find(expected.text) != std::string::npos, meaning.text.c_str());
    }

    void readsWhatAPartitionAllows()
    {
        QCOMPARE(readLimits("booster", "1:00:00|3|booster\n1:00:00|1|booster\n"),
                 std::string("booster has 4 nodes for at most 1h"));
        QCOMPARE(readLimits("long", "2-12:00:00|1|long\n"), std::string("long has 1 node for at most 2d12h"));
        QCOMPARE(readLimits("short", "30:00|2|short\n"), std::string("short has 2 nodes for at most 30min"));
        QCOMPARE(readLimits("free", "infinite|2|free\n"), std::string("free has 2 nodes"));
        QCOMPARE(readLimits("gone", ""), std::string());
        QCOMPARE(readLimits("vast", "infinite|2000000000|vast\ninfinite|2000000000|vast\n"),
                 std::string("vast has 2147483647 nodes"));
    }

    void readsTheLongestTimeOfPartitions()
    {
        QCOMPARE(readLongestTime("1:00:00|3|main*\n1:00:00|1|main*\n"), std::optional(Seconds(3600)));
        QCOMPARE(readLongestTime("30:00|1|a\n1-00:00:00|1|b\n"), std::optional(Seconds(86400)));
        QCOMPARE(readLongestTime("30:00|1|a\ninfinite|1|b\n"), std::optional<Seconds>());
        QCOMPARE(readLongestTime(""), std::optional<Seconds>());
    }

    void readsHowLargeAnArrayMayBe()
    {
        QCOMPARE(readLargestArray("MailProg = /bin/mail\nMaxArraySize            = 4001\nMaxDBDMsgs = 20\n"),
                 std::size_t(4001));
        QCOMPARE(readLargestArray("MaxDBDMsgs = 20\n"), std::size_t(1001));
        QCOMPARE(readLargestArray("\nMaxArraySize = 0\n"), std::size_t(1)); // arrays are switched off
    }

    void knowsWhatTheOutputOfAJobComplainsOf()
    {
        QVERIFY(complaintOf("slurmstepd: error: Exceeded job memory limit\n").find("memory") !=
                std::string::npos);
        QVERIFY(complaintOf("hello\n").empty());
    }

    void tellsAPassingRefusalFromALastingOne()
    {
        const auto kind = [](const char* errors) { return refusalOf(errors).kind; };
        QCOMPARE(kind("sbatch: error: Batch job submission failed: Unable to contact slurm controller "
                      "(connect failure)"),
                 SlurmRefusal::Kind::Unanswered);
        QCOMPARE(
            kind("sbatch: error: AssocMaxSubmitJobLimit\nsbatch: error: Batch job submission failed: Job "
                 "violates accounting/QOS policy (job submit limit, user's size and/or time limits)\n"),
            SlurmRefusal::Kind::Crowded);
        const SlurmRefusal partition =
            refusalOf("sbatch: error: invalid partition specified: gpuu\nsbatch: error: Batch job submission "
                      "failed: Invalid partition name specified\n");
        QCOMPARE(partition.kind, SlurmRefusal::Kind::Lasting);
        QVERIFY(partition.text.find("sinfo") != std::string::npos);
        QVERIFY(refusalOf("sbatch: error: something else\n").text.find("something else") !=
                std::string::npos);
    }

    void writesTheScript()
    {
        LaunchRequest request;
        request.directory = "/scratch/it's here/0007";
        request.attempt = 2;
        request.resources = {.parallel = 4, .cpus = 3, .gpus = 2, .nodes = 1, .timeLimit = Seconds(3600)};
        SlurmSettings settings;
        settings.folder = "/scratch/jobs";
        settings.partition = "gpu";
        settings.options = {"--mem-per-cpu=4G"};
        settings.prologue = "module load cuda\n";
        const std::string single = slurmScript(settings, "widthwise-x", {&request, 1});
        for (const char* line :
             {"#!/bin/sh\n#SBATCH --job-name=widthwise-x\n", "\n#SBATCH --partition=gpu\n",
              "\n#SBATCH --cpus-per-task=3\n", "\n#SBATCH --gres=gpu:2\n", "\n#SBATCH --time=61\n",
              "\n#SBATCH --signal=B:TERM@60\n", "\n#SBATCH --no-requeue\n", "\n#SBATCH --mem-per-cpu=4G\n",
              "\nmodule load cuda\n", "script='/scratch/it'\\''s here/0007/launch-2.sh'"})
            QVERIFY2(single.find(line) != std::string::npos, line);
        QVERIFY(single.find("--array") == std::string::npos);
        QVERIFY(single.find("--account") == std::string::npos);
        const std::vector<LaunchRequest> many(3, request);
        QVERIFY(slurmScript(settings, "widthwise-x", many).find("#SBATCH --array=0-2\n") !=
                std::string::npos);
        settings.partitionLimit = Seconds(3600);
        QVERIFY(slurmScript(settings, "widthwise-x", many).find("#SBATCH --time=60\n") != std::string::npos);
        settings.partitionLimit = Seconds(3000); // the trial needs longer: that is for a person to decide
        QVERIFY(slurmScript(settings, "widthwise-x", many).find("#SBATCH --time=61\n") != std::string::npos);
        settings.timeLimit = Seconds(1800);
        QVERIFY(slurmScript(settings, "widthwise-x", many).find("#SBATCH --time=30\n") != std::string::npos);
    }

    void writesTheScriptOfWorkers()
    {
        SlurmSettings settings;
        settings.folder = "/scratch/jobs";
        settings.timeLimit = Seconds(86400);
        const std::string script =
            pilotScript(settings, "widthwise-x", "/scratch/gn2/pilot",
                        {.parallel = 4, .cpus = 3, .gpus = 2, .nodes = 1, .timeLimit = Seconds(60)}, 4);
        for (const char* line :
             {"#SBATCH --array=0-3\n", "#SBATCH --gres=gpu:2\n", "#SBATCH --time=1440\n",
              "#SBATCH --signal=B:TERM@60\n", "\nfolder=/scratch/gn2/pilot\n", "\nidle_limit=120\n"})
            QVERIFY2(script.find(line) != std::string::npos, line);
    }

    void startsTheCommandOnEachNode()
    {
        LaunchRequest request;
        request.directory = "/scratch/0007";
        request.command = "python it\'s.py";
        request.resources = {.parallel = 1, .cpus = 8, .gpus = 4, .nodes = 2, .timeLimit = {}};
        request.tasks = 8;
        const std::string script = slurmAttemptScript(request);
        QVERIFY(script.find("srun --kill-on-bad-exit=1 --nodes=2 --ntasks=8 --ntasks-per-node=4 "
                            "--cpus-per-task=2 ") != std::string::npos);
        request.resources.nodes = 1;
        QVERIFY(slurmAttemptScript(request).find("srun") == std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestSlurmJob)
#include "tst_slurm_job.moc"
