// SPDX-License-Identifier: GPL-3.0-or-later
// What the answers of sites mean, without a site.
#include "core/site/disk_findings.h"
#include "core/site/machine_findings.h"
#include "core/site/site_doctor.h"
#include "core/site/slurm_facts.h"
#include "core/site/slurm_findings.h"

#include <QTest>

#include <climits>

using namespace widthwise;
using namespace std::chrono_literals;

namespace {

/// As SLURM 22.05.8 of Debian 12 answers, cut to what matters.
SiteAnswers cluster()
{
    SiteAnswers answers;
    answers["ping"] = {0, "Slurmctld(primary) at head is UP"};
    answers["config"] = {0, "Configuration data as of 2026-11-26T12:00:00\n"
                            "AccountingStorageEnforce = associations,limits\n"
                            "AccountingStorageType   = accounting_storage/slurmdbd\n"
                            "ClusterName             = lab\n"
                            "MaxArraySize            = 1001\n"
                            "SLURM_CONF              = /etc/slurm/slurm.conf\n"
                            "SLURM_VERSION           = 22.05.8\n\n"
                            "Slurmctld(primary) at head is UP"};
    answers["partitions"] = {0, "main*|up|1:00:00|1-infinite|1/3/0/4|gpu:fake:2\n"
                                "booster|up|1-00:00:00|1-384|900/30/6/936|gpu:4(S:0-1)\n"
                                "booster|up|1-00:00:00|1-384|10/0/0/10|gpu:a100:2,shard:8\n"
                                "mixed|drain|infinite|1-infinite|0/0/2/2|(null)"};
    answers["associations"] = {0, "lab|hep|long,normal||100\nlab|theory|normal|20|\nother|secret|normal||"};
    answers["qos"] = {0, "normal|||\nlong|2-00:00:00|10|50"};
    return answers;
}

Site site(const std::string& more = {})
{
    return parseSite("host: head\nfolder: /scratch/me\nscheduler: slurm\n" + more, "lab");
}

Finding found(const Findings& findings, const std::string& what)
{
    for (const Finding& finding : findings)
        if (finding.what == what)
            return finding;
    return {what, Verdict::Good, "nothing", "nothing"};
}

bool holds(const std::string& text, const std::string& part)
{
    return text.find(part) != std::string::npos;
}

const char* info = R"({"version": "0.1.0", "torch": "1.13.0", "hdf5": "1.10.8", "blas": "openblas",
                       "gflops": 40.1, "cuda_devices": 0})";

} // namespace

class TestSiteDoctor : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsAnswersApart()
    {
        const SiteAnswers answers =
            readAnswers("@ one\nfirst\n\nsecond \n\n@ = 3\n@ two\n\n@ = 0\n@ cut\nhalf", "@");
        QCOMPARE(answers.size(), std::size_t(2));
        QCOMPARE(answers.at("one").exitCode, 3);
        QCOMPARE(answers.at("one").text, std::string("first\n\nsecond"));
        QCOMPARE(answers.at("two").text, std::string());
    }

    void countsGpus()
    {
        QCOMPARE(gpusOf("gpu:a100:4(S:0,2),shard:8"), 4);
        QCOMPARE(gpusOf("gpu:a100:2,gpu:h100:2"), 4);
        QCOMPARE(gpusOf("gpu:4(S:0-1)"), 4);
        QCOMPARE(gpusOf("gpu"), 1);
        QCOMPARE(gpusOf("(null)"), 0);
        QCOMPARE(gpusOf("gpu:2000000000,gpu:a100:2000000000"), INT_MAX);
    }

    void addsUpPartitions()
    {
        const auto partitions = readPartitions(cluster().at("partitions").text);
        QCOMPARE(partitions.size(), std::size_t(3));
        QVERIFY(partitions[0].standard);
        QCOMPARE(partitions[1].nodes, 946);
        QCOMPARE(partitions[1].idle, 30);
        QCOMPARE(partitions[1].mostNodes, std::optional(384));
        QCOMPARE(partitions[1].fewestGpus, 2);
        QCOMPARE(partitions[1].mostGpus, 4);
        QVERIFY(!partitions[2].timeLimit);
        QVERIFY(!partitions[2].up);
    }

    void findsAClusterGood()
    {
        const Findings findings =
            judgeSlurm(site("partition: booster\naccount: hep\nqos: long\ngpus_per_node: 4\n"
                            "time_limit: 23h\nmax_trials: 50\n"),
                       cluster());
        for (const Finding& finding : findings)
            QVERIFY2(finding.verdict == Verdict::Good, (finding.what + ": " + finding.found).c_str());
        QCOMPARE(found(findings, "SLURM").found, std::string("22.05.8"));
        QCOMPARE(found(findings, "partition").found,
                 std::string("booster: jobs of at most 1d, 946 nodes (30 idle), at most 384 for one job"));
        QCOMPARE(found(findings, "GPUs").found, std::string("2 to 4 on a node"));
        QCOMPARE(found(findings, "account").found, std::string("hep"));
        QCOMPARE(found(findings, "QOS").found, std::string("long: jobs of at most 2d"));
        QVERIFY(holds(found(findings, "limits").found,
                      "fewer than 1001 jobs (MaxArraySize), 50 jobs in the queue"));
        QVERIFY(holds(found(findings, "limits").found, "10 jobs running"));
    }

    void findsWhatIsWrong_data()
    {
        QTest::addColumn<QByteArray>("file");
        QTest::addColumn<QByteArray>("what");
        QTest::addColumn<QByteArray>("found");
        QTest::addColumn<QByteArray>("fix");
        const auto row = [](const char* name, const char* file, const char* what, const char* words,
                            const char* fix) {
            QTest::newRow(name) << QByteArray(file) << QByteArray(what) << QByteArray(words)
                                << QByteArray(fix);
        };
        row("partition", "partition: boster\n", "partition", "did you mean \"booster\"",
            "main, booster, mixed");
        row("partition down", "partition: mixed\n", "partition", "down", "`partition:`");
        row("time limit", "time_limit: 2h\n", "partition", "none ever starts", "`time_limit: 1h`");
        row("GPUs", "gpus_per_node: 4\n", "GPUs", "2 on each node", "`gpus_per_node: 2`");
        row("account", "account: secret\n", "account", "not yours", "hep, theory");
        row("QOS", "account: theory\nqos: long\n", "QOS", "long is not allowed", "normal");
        row("limits", "account: hep\nmax_trials: 200\n", "limits", "100 jobs in the queue",
            "`max_trials: 100`");
    }
    void findsWhatIsWrong()
    {
        QFETCH(QByteArray, file);
        QFETCH(QByteArray, what);
        QFETCH(QByteArray, found);
        QFETCH(QByteArray, fix);
        const Finding finding = ::found(judgeSlurm(site(file.toStdString()), cluster()), what.toStdString());
        QVERIFY2(finding.verdict == Verdict::Bad, finding.found.c_str());
        QVERIFY2(holds(finding.found, found.toStdString()), finding.found.c_str());
        QVERIFY2(holds(finding.fix, fix.toStdString()), finding.fix.c_str());
    }

    void knowsClustersWithoutAccounting_data()
    {
        QTest::addColumn<QByteArray>("config");
        QTest::newRow("22.05") << QByteArray("AccountingStorageType   = accounting_storage/none\n"
                                             "SLURM_VERSION           = 22.05.8\nMaxArraySize = 1001");
        QTest::newRow("24.05") << QByteArray("AccountingStorageType   = (null)\n"
                                             "SLURM_VERSION           = 24.05.2\nMaxArraySize = 1001");
    }
    void knowsClustersWithoutAccounting()
    {
        QFETCH(QByteArray, config);
        SiteAnswers answers = cluster();
        answers["config"].text = config.toStdString();
        answers["associations"] = {1, "You are not running a supported accounting_storage plugin"};
        const Findings findings = judgeSlurm(site("account: any\n"), answers);
        QVERIFY(holds(found(findings, "accounting").found, "off"));
        QCOMPARE(found(findings, "account").found, std::string("nothing"));
        QCOMPARE(found(findings, "limits").verdict, Verdict::Good);
    }

    void onlyWarnsWhereAccountsAreNotEnforced()
    {
        SiteAnswers answers = cluster();
        std::string& config = answers["config"].text;
        config.replace(config.find("associations,limits"), 19, "none");
        QCOMPARE(found(judgeSlurm(site("account: secret\n"), answers), "account").verdict, Verdict::Warning);
        answers["associations"] = {1, "sacctmgr: error: slurm_persist_conn_open: failed to send"};
        QCOMPARE(found(judgeSlurm(site(), answers), "accounting").verdict, Verdict::Warning);
    }

    void knowsADeadController()
    {
        const SiteAnswers answers{
            {"ping", {1, "Slurmctld(primary) at head is DOWN\n** RESTORE SLURMCTLD DAEMON TO SERVICE **"}}};
        const Findings findings = judgeSlurm(site(), answers);
        QCOMPARE(findings.size(), std::size_t(1));
        QCOMPARE(findings[0].verdict, Verdict::Bad);
        QVERIFY(holds(findings[0].found, "head is DOWN"));
        QVERIFY(
            holds(judgeSlurm(site(), {{"ping", {127, "sh: 1: scontrol: not found"}}})[0].fix, "login node"));
    }

    void readsQuotas()
    {
        const auto lustre =
            readQuotas("      /p/scratch  900000*      0 1000000       -    1200  0  5000       -");
        QCOMPARE(lustre.size(), std::size_t(1));
        QCOMPARE(lustre[0].used, std::uint64_t(900000) * 1024);
        QCOMPARE(lustre[0].mostBytes, std::uint64_t(1000000) * 1024);
        QCOMPARE(lustre[0].mostFiles, std::uint64_t(5000));
        const auto nfs =
            readQuotas("Disk quotas for user me (uid 1000): \n"
                       "     Filesystem  blocks   quota   limit   grace   files   quota   limit   grace\n"
                       "fileserver.example.org:/export/home/of/many\n"
                       "                  95000  100000       0       0     12       0       0       0\n");
        QCOMPARE(nfs.size(), std::size_t(1));
        QCOMPARE(nfs[0].device, std::string("fileserver.example.org:/export/home/of/many"));
        QCOMPARE(nfs[0].mostBytes, std::uint64_t(100000) * 1024);
        QVERIFY(readQuotas("Disk quotas for user me (uid 1000): none").empty());
    }

    void judgesTheDisk()
    {
        SiteAnswers answers;
        answers["folder"] = {0, "written"};
        answers["space"] = {0, "Filesystem 1024-blocks Used Available Capacity Mounted on\n"
                               "server:/scratch 100000000 50 90000000 1% /scratch"};
        answers["lfs"] = {0, ""};
        answers["quota"] = {0, "other:/home 99 100 0 0 1 0 0 0\nserver:/scratch 95 100 0 0 1 0 0 0"};
        Findings findings = judgeDisk("/scratch/me", answers);
        QCOMPARE(found(findings, "folder").verdict, Verdict::Good);
        QCOMPARE(found(findings, "free space").found, std::string("86 GiB where trials lie"));
        QCOMPARE(found(findings, "quota").verdict, Verdict::Warning);
        QCOMPARE(found(findings, "quota").found, std::string("95 KiB of 100 KiB"));

        answers["folder"] = {1, "sh: 1: cannot create /scratch/me/.doctor: No space left on device"};
        QCOMPARE(found(judgeDisk("/scratch/me", answers), "folder").verdict, Verdict::Bad);
        QVERIFY(holds(found(judgeDisk("/scratch/me", answers), "folder").fix, "make room"));
    }

    void judgesTheTrainer()
    {
        SiteAnswers answers;
        const auto verdict = [&](const std::string& what) {
            return found(judgeSite(site(), "/f", "/t", answers), what);
        };
        QCOMPARE(verdict("trainer").verdict, Verdict::Warning);
        QVERIFY(holds(verdict("trainer").fix, "widthwisectl site deploy lab"));
        answers["trainer"] = {0, "/t"};
        answers["info"] = {
            127, "/t: error while loading shared libraries: libtorch.so: cannot open shared object file"};
        QCOMPARE(verdict("trainer").verdict, Verdict::Bad);
        QVERIFY(holds(verdict("trainer").found, "libtorch.so"));
        answers["info"] = {0, std::string("a library warns\n") + info};
        QCOMPARE(verdict("trainer").verdict, Verdict::Good);
        QCOMPARE(verdict("trainer version").verdict, Verdict::Good);
        std::string& text = answers["info"].text;
        text.replace(text.find("0.1.0"), 5, "0.0.9");
        QCOMPARE(verdict("trainer version").verdict, Verdict::Warning);
        QCOMPARE(verdict("BLAS speed").verdict, Verdict::Good);
        text.replace(text.find("40.1"), 4, "1.5");
        QCOMPARE(verdict("BLAS speed").verdict, Verdict::Warning);
        QVERIFY(!holds(verdict("BLAS speed").fix, "install")); // it is OpenBLAS already
        text.replace(text.find("openblas"), 8, "libblas.so");
        QVERIFY(holds(verdict("BLAS speed").fix, "install libopenblas0-pthread"));
        text = "{}";
        QCOMPARE(verdict("trainer").verdict, Verdict::Bad);
    }

    void judgesThePrologue()
    {
        SiteAnswers answers{{"prologue", {0, "Loading CUDA/12"}}};
        const auto prologue = [&] { return found(judgeSite(site(), "/f", "/t", answers), "prologue"); };
        QCOMPARE(prologue().verdict, Verdict::Good);
        answers["prologue"] = {127, "sh: 3: module: not found"};
        QCOMPARE(prologue().verdict, Verdict::Bad);
        QVERIFY(holds(prologue().fix, ". /etc/profile"));
        answers["prologue"] = {0, "ERROR: Unable to locate a modulefile for 'CUDA'"};
        QCOMPARE(prologue().verdict, Verdict::Warning);
    }

    void judgesTheContainer()
    {
        SiteAnswers answers{{"container", {0, {}}}};
        const auto container = [&] { return found(judgeSite(site(), "/f", "/t", answers), "container"); };
        QCOMPARE(container().verdict, Verdict::Good);
        answers["container"] = {255, "FATAL: could not open image /p/torch.sif"};
        QCOMPARE(container().verdict, Verdict::Bad);
        QVERIFY2(holds(container().found, "could not open image"), container().found.c_str());
    }

    void judgesTheClock()
    {
        QCOMPARE(judgeClock(-200ms).verdict, Verdict::Good);
        QCOMPARE(judgeClock(90s).verdict, Verdict::Warning);
        QVERIFY(holds(judgeClock(90s).found, "90 s ahead of"));
        QVERIFY(holds(judgeClock(-90s).found, "90 s behind"));
    }

    void comesThroughJson()
    {
        const Findings findings{{"a", Verdict::Good, "x \"y\"", {}},
                                {"b", Verdict::Warning, "µ", "do"},
                                {"c", Verdict::Bad, {}, {}}};
        QCOMPARE(findingsFromJson(toJson(findings)), findings);
        QVERIFY_THROWS_EXCEPTION(std::invalid_argument, findingsFromJson("no"));
    }
};

QTEST_GUILESS_MAIN(TestSiteDoctor)
#include "tst_site_doctor.moc"
