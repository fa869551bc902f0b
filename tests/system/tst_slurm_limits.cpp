// SPDX-License-Identifier: GPL-3.0-or-later
// Trials on a SLURM that limits what one may submit: MaxArraySize, and MaxSubmit of an account.
#include "tests/system/slurm_test.h"

#include <QStandardPaths>

using namespace widthwise;
using namespace std::chrono_literals;
using Exit = TrialExit::Kind;

class TestSlurmLimits : public SlurmTest {
    Q_OBJECT

    static constexpr int trials = 4;

    bool allEnded()
    {
        poll();
        return m_exited.size() == trials;
    }
    void startAll(const std::string& command)
    {
        for (int i = 0; i < trials; ++i)
            m_launcher->start(request(i, command));
    }
    void verifyEachRanOnce()
    {
        for (int i = 0; i < trials; ++i) {
            QCOMPARE(m_exited[i].kind, Exit::Succeeded);
            QCOMPARE(file(i, "runs"), QByteArray("run\n"));
        }
    }
    void limitSubmissions(int number) const
    {
        slurm(QStringLiteral("sacctmgr -i modify user where name=$USER set MaxSubmitJobs=%1").arg(number));
    }

private Q_SLOTS:
    void initTestCase()
    {
        if (QStandardPaths::findExecutable(QStringLiteral("mariadbd"),
                                           {QStringLiteral("/usr/sbin"), QStringLiteral("/usr/bin")})
                .isEmpty())
            QSKIP("mariadbd is not installed (packaging/install-dependencies cluster)");
        startCluster({.nodes = 4, .accounting = true});
        slurm(QStringLiteral("sed -i 's/^MaxArraySize=.*/MaxArraySize=3/' $SLURM_CONF; "
                             "echo AccountingStorageEnforce=limits >>$SLURM_CONF"));
        QCOMPARE(m_cluster.killDaemon(QStringLiteral("slurmctld")).exitCode, 0);
        QCOMPARE(m_cluster.startDaemon(QStringLiteral("slurmctld")).exitCode, 0);
        const auto idle = [this] {
            return slurm(QStringLiteral("sinfo -h -N -p main -t idle -o %N")).size();
        };
        QTRY_COMPARE_WITH_TIMEOUT(idle(), QStringLiteral("n1\nn2\nn3\nn4").size(), 60'000);
    }
    void init() { prepare(); }

    void submitsArraysAsLargeAsTheClusterTakes()
    {
        startAll("true");
        QTRY_VERIFY_WITH_TIMEOUT(allEnded(), 90'000);
        verifyEachRanOnce();
        QCOMPARE(submissions(), 2); // of 3 and 1
    }

    void submitsFewerWhereThereIsNoRoomForAll()
    {
        limitSubmissions(2);
        startAll("sleep 1");
        QTRY_VERIFY_WITH_TIMEOUT((poll(), !m_launcher->notice().empty()), 30'000);
        QVERIFY2(
            m_launcher->notice().find("as many jobs in the queue as the account allows: tried again with "
                                      "1 at a time") != std::string::npos,
            m_launcher->notice().c_str());
        QTRY_VERIFY_WITH_TIMEOUT(allEnded(), 90'000);
        verifyEachRanOnce();
        limitSubmissions(-1);
    }
};

QTEST_GUILESS_MAIN(TestSlurmLimits)
#include "tst_slurm_limits.moc"
