// SPDX-License-Identifier: GPL-3.0-or-later
// The doctor of a site, on real clusters behind a real sshd.
#include "core/site/site_doctor.h"
#include "tests/system/test_cluster.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <sys/mount.h>
#include <unistd.h>

using namespace widthwise;

class TestSiteChecks : public QObject {
    Q_OBJECT

    TestCluster m_cluster;
    QTemporaryDir m_folder;

    std::string scratch() const { return m_folder.filePath(QStringLiteral("scratch")).toStdString(); }
    static Site site(const TestCluster& cluster, const std::string& folder, const std::string& more)
    {
        return parseSite("host: cluster\nssh_config: " + cluster.sshConfig().toStdString() +
                             "\nfolder: " + folder + "\nscheduler: slurm\n" + more,
                         "lab");
    }
    Findings examine(const std::string& more = {}) const
    {
        return examineSite(site(m_cluster, scratch(), more), {}, {}, nullptr);
    }
    static Finding found(const Findings& findings, const std::string& what)
    {
        for (const Finding& finding : findings)
            if (finding.what == what)
                return finding;
        return {what, Verdict::Bad, "nothing of all " + toJson(findings), {}};
    }
    static bool holds(const std::string& text, const std::string& part)
    {
        return text.find(part) != std::string::npos;
    }

private Q_SLOTS:
    void initTestCase()
    {
        if (const QString missing = TestCluster::missing(); !missing.isEmpty())
            QSKIP(qPrintable(missing));
        m_cluster.start();
    }

    void findsTheClusterGood()
    {
        const Findings findings =
            examine("partition: main\ngpus_per_node: 2\ntime_limit: 30min\nprologue: export A=1\n");
        for (const Finding& finding : findings)
            if (finding.what != "trainer" && finding.what != "free space")
                QVERIFY2(finding.verdict == Verdict::Good, toJson({finding}).c_str());
        QVERIFY2(holds(found(findings, "login").found, "cluster, in "), toJson(findings).c_str());
        QVERIFY(holds(found(findings, "clock").found, "as here"));
        QCOMPARE(found(findings, "partition").found,
                 std::string("main: jobs of at most 1h, 4 nodes (4 idle)"));
        QCOMPARE(found(findings, "GPUs").found, std::string("2 on each node"));
        QVERIFY(holds(found(findings, "accounting").found, "off"));
        QVERIFY(holds(found(findings, "limits").found, "1001"));
        QCOMPARE(found(findings, "prologue").verdict, Verdict::Good);
        QCOMPARE(found(findings, "trainer").verdict, Verdict::Warning);
        QVERIFY(QDir(QString::fromStdString(scratch()))
                    .isEmpty(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot));
    }

    void namesTheRightPartition()
    {
        const Finding finding = found(examine("partition: mian\n"), "partition");
        QCOMPARE(finding.verdict, Verdict::Bad);
        QVERIFY2(holds(finding.found, "did you mean \"main\""), finding.found.c_str());
        QVERIFY2(holds(finding.fix, "main, low, lowcancel"), finding.fix.c_str());
    }

    void triesThePrologueAndTheTrainer()
    {
        const Findings findings = examine("prologue: module load CUDA\ntrainer: /bin/false\n");
        QVERIFY2(holds(found(findings, "prologue").fix, "/etc/profile"), toJson(findings).c_str());
        QCOMPARE(found(findings, "trainer").verdict, Verdict::Bad);
    }

    void triesTheContainer()
    {
        const auto inContainer = [this](const std::string& command) {
            return examine("trainer: /bin/echo\ncontainer: " + command + "\n");
        };
        const Findings good = inContainer("env WITHIN=it");
        QCOMPARE(found(good, "container").verdict, Verdict::Good);
        QVERIFY2(holds(found(good, "trainer").found, "/bin/echo: "),
                 toJson(good).c_str()); // no trainer, but it ran
        const Findings bad = inContainer("/nowhere/apptainer exec torch.sif");
        QVERIFY2(holds(found(bad, "container").found, "/nowhere/apptainer"), toJson(bad).c_str());
        QVERIFY2(holds(found(bad, "trainer").found, "is missing in the container"), toJson(bad).c_str());
    }

    void seesAContainerWithoutTheFolder()
    {
        const std::string away = scratch() + ".away";
        const std::string hiding = "mv " + scratch() + ' ' + away + "; \"$@\"; code=$?; mv " + away + ' ' +
                                   scratch() + "; exit $code";
        const Findings findings = examine("container: sh -c '" + hiding + "' sh\n");
        QVERIFY2(holds(found(findings, "container").found, "No such file"), toJson(findings).c_str());
        QVERIFY2(holds(found(findings, "container").fix, "--bind"), toJson(findings).c_str());
    }

    void seesAFullScratch()
    {
        const std::string full = m_folder.filePath(QStringLiteral("full")).toStdString();
        QDir().mkpath(QString::fromStdString(full));
        if (mount("tmpfs", full.c_str(), "tmpfs", 0, "size=64k") != 0)
            QSKIP("a small file system cannot be mounted here; this needs root");
        QFile filler(QString::fromStdString(full + "/filler"));
        QVERIFY(filler.open(QFile::WriteOnly | QFile::Unbuffered));
        filler.write(QByteArray(1 << 20, 'x'));
        const Findings findings = examineSite(site(m_cluster, full, {}), {}, {}, nullptr);
        filler.close();
        umount(full.c_str());
        QCOMPARE(found(findings, "folder").verdict, Verdict::Bad);
        QVERIFY2(holds(found(findings, "folder").found, "No space left"), toJson(findings).c_str());
        QCOMPARE(found(findings, "free space").verdict, Verdict::Bad);
    }

    void seesADeadController()
    {
        QCOMPARE(m_cluster.killDaemon(QStringLiteral("slurmctld")).exitCode, 0);
        const Findings findings = examine();
        QCOMPARE(found(findings, "SLURM").verdict, Verdict::Bad);
        QVERIFY2(holds(found(findings, "SLURM").found, "DOWN"), toJson(findings).c_str());
        QCOMPARE(found(findings, "folder").verdict, Verdict::Good);
        QCOMPARE(m_cluster.startDaemon(QStringLiteral("slurmctld")).exitCode, 0);
        QTRY_VERIFY_WITH_TIMEOUT(
            m_cluster.shell(QStringLiteral("scontrol ping")).output.contains(QStringLiteral("UP")), 20'000);
    }

    void seesAnUnreachableHost()
    {
        QCOMPARE(m_cluster.killDaemon(QStringLiteral("sshd")).exitCode, 0);
        const Findings findings = examine();
        QCOMPARE(findings.size(), std::size_t(1));
        QCOMPARE(findings[0].what, std::string("login"));
        QCOMPARE(findings[0].verdict, Verdict::Bad);
        QVERIFY2(holds(findings[0].fix, "ssh cluster"), findings[0].fix.c_str());
    }

    void knowsAccounts()
    {
        TestCluster cluster;
        const TestCluster::Options options{.nodes = 1, .accounting = true};
        if (const QString missing = TestCluster::missing(options); !missing.isEmpty())
            QSKIP(qPrintable(missing));
        cluster.start(options);
        const auto answers = [&](const std::string& more) {
            return examineSite(site(cluster, scratch(), more), {}, {}, nullptr);
        };
        const Findings good = answers("account: lab\nqos: normal\n");
        QVERIFY2(holds(found(good, "accounting").found, "on: sacct"), toJson(good).c_str());
        QCOMPARE(found(good, "account").found, std::string("lab"));
        QCOMPARE(found(good, "QOS").verdict, Verdict::Good);
        const Findings wrong = answers("account: lob\nqos: nromal\n");
        QVERIFY2(holds(found(wrong, "account").found, "did you mean \"lab\""), toJson(wrong).c_str());
        QVERIFY2(holds(found(wrong, "QOS").found, "did you mean \"normal\""), toJson(wrong).c_str());
    }
};

QTEST_GUILESS_MAIN(TestSiteChecks)
#include "tst_site_checks.moc"
