// SPDX-License-Identifier: GPL-3.0-or-later
// The test cluster: it takes jobs, its daemons can be killed and started, and nothing of it is left at the
// end.
#include "tests/system/test_cluster.h"

#include <QDir>
#include <QFile>
#include <QTest>

using namespace widthwise;

class TestTestCluster : public QObject {
    Q_OBJECT

    TestCluster m_cluster;

    static bool lives(const QString& pid) { return QFile::exists(QStringLiteral("/proc/") + pid); }

private Q_SLOTS:
    void initTestCase()
    {
        if (const QString missing = TestCluster::missing(); !missing.isEmpty())
            QSKIP(qPrintable(missing));
        m_cluster.start();
    }

    void runsJobsWithGpus()
    {
        const auto job =
            m_cluster.shell(QStringLiteral("srun --nodes 2 --ntasks-per-node 1 --gres gpu:2 "
                                           "sh -c 'echo $SLURMD_NODENAME $CUDA_VISIBLE_DEVICES' | sort"));
        QCOMPARE(job.output, QStringLiteral("n1 0,1\nn2 0,1\n"));
    }

    void outlivesItsController()
    {
        QCOMPARE(m_cluster.killDaemon(QStringLiteral("slurmctld")).exitCode, 0);
        QVERIFY(m_cluster.shell(QStringLiteral("scontrol ping")).output.contains(QStringLiteral("DOWN")));
        QCOMPARE(m_cluster.startDaemon(QStringLiteral("slurmctld")).exitCode, 0);
        QTRY_VERIFY_WITH_TIMEOUT(
            m_cluster.shell(QStringLiteral("scontrol ping")).output.contains(QStringLiteral("UP")), 10'000);
    }

    void leavesNothingBehind()
    {
        const QString file = m_cluster.folder() + QStringLiteral("/pid");
        m_cluster.shell(
            QStringLiteral("sbatch -o /dev/null --wrap 'echo $$ > %1.job; sleep 1000'").arg(file));
        m_cluster.shell(QStringLiteral("setsid sh -c 'echo $$ > %1; exec sleep 1000' "
                                       "</dev/null >/dev/null 2>&1 &")
                            .arg(file));
        QStringList pids;
        for (const QString& suffix : {QString(), QStringLiteral(".job")}) {
            QFile written(file + suffix);
            QTRY_VERIFY_WITH_TIMEOUT(written.exists() && written.size() > 0, 10'000);
            QVERIFY(written.open(QFile::ReadOnly));
            pids << QString::fromLatin1(written.readAll()).trimmed();
        }
        for (const QString& name :
             QDir(m_cluster.folder() + QStringLiteral("/run")).entryList({QStringLiteral("*.pid")})) {
            QFile pid(m_cluster.folder() + QStringLiteral("/run/") + name);
            QVERIFY(pid.open(QFile::ReadOnly));
            pids << QString::fromLatin1(pid.readAll()).trimmed();
        }
        QVERIFY(pids.size() >= 9);
        QVERIFY(lives(pids[0]) && lives(pids[1]));

        const auto down = m_cluster.stop();
        QVERIFY2(down.exitCode == 0, qPrintable(down.errors));
        for (const QString& pid : pids)
            QVERIFY2(!lives(pid), qPrintable(pid));
        QVERIFY(!QFile::exists(m_cluster.folder()));
    }

    void comesUpAgain()
    {
        m_cluster.start();
        QCOMPARE(m_cluster.shell(QStringLiteral("srun true")).exitCode, 0);
        QCOMPARE(m_cluster.stop().exitCode, 0);
    }
};

QTEST_GUILESS_MAIN(TestTestCluster)
#include "tst_cluster.moc"
