// SPDX-License-Identifier: GPL-3.0-or-later
// The link to a cluster turns into a black hole for a minute: nothing arrives, and no end learns of it.
#include "tests/system/cluster_experiment.h"
#include "tests/system/tcp_link.h"

#include <QTest>

using namespace widthwise;

class TestLinkOutage : public QObject {
    Q_OBJECT

    static constexpr int patience = 300'000;

    TestCluster m_cluster;

private Q_SLOTS:
    void initTestCase()
    {
        if (const QString missing = TestCluster::missing(); !missing.isEmpty())
            QSKIP(qPrintable(missing));
        m_cluster.start({.nodes = 1});
    }

    void losesNothing()
    {
        TcpLink link(m_cluster.sshPort());
        m_cluster.addHost(QStringLiteral("far"), link.port(), {m_cluster.identity()});
        ClusterExperiment ending(m_cluster, {.host = QStringLiteral("far")}); // it does so meanwhile
        ClusterExperiment running(m_cluster, {.host = QStringLiteral("far")});
        ClusterExperiment submitting(m_cluster, {.host = QStringLiteral("far")});
        ending.drive();
        running.drive();
        QTRY_VERIFY_WITH_TIMEOUT(ending.isHalfway() && running.isHalfway(), patience);
        submitting.drive();
        QTRY_VERIFY_WITH_TIMEOUT(submitting.count(TrialState::Queued) == 3, patience);
        ending.letGo();
        link.breakDown();

        const std::vector<ClusterExperiment*> all{&ending, &running, &submitting};
        for (int second = 0; second < 60; ++second) {
            QTest::qWait(1000);
            for (ClusterExperiment* experiment : all)
                QVERIFY2(experiment->silence() < driverSilence, "a driver seems lost");
        }
        for (ClusterExperiment* experiment : all) {
            QVERIFY2(experiment->notice().contains(QStringLiteral("127.0.0.1")),
                     qPrintable(experiment->notice()));
            QCOMPARE(experiment->count(TrialState::Failed), 0U);
        }
        link.restore();
        for (ClusterExperiment* experiment : all) {
            experiment->letGo();
            QVERIFY(experiment->ends(patience));
            for (const Trial& trial : experiment->trials()) {
                QVERIFY2(trial.state == TrialState::Completed, trial.reason.c_str());
                QCOMPARE(trial.attempt, 1);
            }
            experiment->verify();
        }
    }
};

QTEST_GUILESS_MAIN(TestLinkOutage)
#include "tst_link_outage.moc"
