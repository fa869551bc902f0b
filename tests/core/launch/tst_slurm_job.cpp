// SPDX-License-Identifier: GPL-3.0-or-later
// What SLURM 22.05 prints, and what it means.
#include "core/launch/slurm/slurm_job.h"
#include "core/launch/slurm/slurm_script.h"

#include <QTest>

using namespace widthwise;
using Phase = SlurmMeaning::Phase;
using Exit = TrialExit::Kind;

class TestSlurmJob : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsTheQueue()
    {
        const auto jobs =
            readSqueue("12|3|RUNNING|widthwise-a|n2|None\n"
                       "13|N/A|PENDING|widthwise-b||ReqNodeNotAvail, UnavailableNodes:n[1-4]\n");
        QCOMPARE(jobs.size(), 2U);
        QCOMPARE(jobs[0], (SlurmJob{"widthwise-a", "12_3", 3, "RUNNING", "None", "n2"}));
        QCOMPARE(jobs[1].id, std::string("13"));
        QCOMPARE(jobs[1].reason, std::string("ReqNodeNotAvail, UnavailableNodes:n[1-4]"));
        QVERIFY(readSqueue("").empty());
    }

    void readsTheAccounting()
    {
        const auto jobs = readSacct("widthwise-a|12_3|CANCELLED by 6101|n2\nwidthwise-b|13|COMPLETED|n1\n");
        QCOMPARE(jobs.size(), 2U);
        QCOMPARE(jobs[0].state, std::string("CANCELLED"));
        QCOMPARE(jobs[0].task, 3);
        QCOMPARE(jobs[1].task, 0);
    }

    void knowsWhatStatesMean_data()
    {
        QTest::addColumn<QString>("state");
        QTest::addColumn<QString>("reason");
        QTest::addColumn<Phase>("phase");
        QTest::addColumn<bool>("neverRuns");
        QTest::addColumn<QString>("words");
        const auto row = [](const char* state, const char* reason, Phase phase, bool never,
                            const char* words) {
            QTest::addRow("%s %s", state, reason) << QString::fromLatin1(state) << QString::fromLatin1(reason)
                                                  << phase << never << QString::fromLatin1(words);
        };
        row("PENDING", "Priority", Phase::Waiting, false, "others come first");
        row("PENDING", "PartitionTimeLimit", Phase::Waiting, true, "more time than the partition allows");
        row("PENDING", "ReqNodeNotAvail, UnavailableNodes:n[1-4]", Phase::Waiting, false, "down or reserved");
        row("PENDING", "QOSMaxGRESPerJob", Phase::Waiting, true, "more GPUs");
        row("PENDING", "QOSMaxGRESPerUser", Phase::Waiting, false, "other jobs of yours");
        row("PENDING", "SomethingNew", Phase::Waiting, false, "SomethingNew");
        row("RUNNING", "None", Phase::Running, false, "");
        row("NODE_FAIL", "None", Phase::Ended, false, "node failed");
        row("OUT_OF_MEMORY", "OutOfMemory", Phase::Ended, false, "memory");
        row("A_NEW_STATE", "None", Phase::Waiting, false, "A_NEW_STATE");
    }
    void knowsWhatStatesMean()
    {
        QFETCH(QString, state);
        QFETCH(QString, reason);
        QFETCH(Phase, phase);
        QFETCH(bool, neverRuns);
        QFETCH(QString, words);
        const SlurmMeaning meaning = meaningOf({.name = {},
                                                .id = {},
                                                .task = 0,
                                                .state = state.toStdString(),
                                                .reason = reason.toStdString(),
                                                .nodes = {}});
        QCOMPARE(meaning.phase, phase);
        QCOMPARE(meaning.neverRuns, neverRuns);
        QVERIFY2(QString::fromStdString(meaning.text).contains(words), meaning.text.c_str());
    }

    void goesOnAfterWhatTheClusterDid()
    {
        const auto exit = [](const char* state) {
            return meaningOf({.name = {}, .id = {}, .task = 0, .state = state, .reason = {}, .nodes = {}})
                .exit;
        };
        for (const char* state : {"TIMEOUT", "NODE_FAIL", "PREEMPTED", "BOOT_FAIL"})
            QCOMPARE(exit(state), Exit::Interrupted);
        QCOMPARE(exit("CANCELLED"), Exit::Lost);
        QCOMPARE(exit("FAILED"), Exit::Failed);
        QCOMPARE(exit("OUT_OF_MEMORY"), Exit::Failed);
    }

    void tellsAPassingRefusalFromALastingOne()
    {
        QVERIFY(refusalOf("sbatch: error: Batch job submission failed: Unable to contact slurm controller "
                          "(connect failure)")
                    .again);
        const SlurmRefusal partition =
            refusalOf("sbatch: error: invalid partition specified: gpuu\nsbatch: error: Batch job submission "
                      "failed: Invalid partition name specified\n");
        QVERIFY(!partition.again);
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
    }
};

QTEST_GUILESS_MAIN(TestSlurmJob)
#include "tst_slurm_job.moc"
