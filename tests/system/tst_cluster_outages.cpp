// SPDX-License-Identifier: GPL-3.0-or-later
// What a cluster does to an experiment that is driven over SSH and takes a minute or more to be over: the
// controller is down, nodes die or are lost to it, jobs run into their time limit. All of it goes on at once.
#include "tests/system/cluster_experiment.h"

#include <QTest>

#include <csignal>

using namespace widthwise;

class TestClusterOutages : public QObject {
    Q_OBJECT

    static constexpr int patience = 300'000;

    TestCluster m_cluster;
    std::unique_ptr<ClusterExperiment> m_late;

    void daemon(const char* verb, const QString& name) const
    {
        QCOMPARE(
            (QByteArray(verb) == "kill" ? m_cluster.killDaemon(name) : m_cluster.startDaemon(name)).exitCode,
            0);
    }
    static void verifyCompleteAfter(ClusterExperiment& experiment, const std::vector<int>& attempts)
    {
        experiment.letGo();
        QVERIFY(experiment.ends(patience));
        const std::vector<Trial> trials = experiment.trials();
        QCOMPARE(trials.size(), attempts.size());
        for (std::size_t i = 0; i < trials.size(); ++i) {
            QVERIFY2(trials[i].state == TrialState::Completed, trials[i].reason.c_str());
            QVERIFY2(trials[i].attempt == attempts[i], qPrintable(experiment.log()));
        }
        experiment.verify();
    }

private Q_SLOTS:
    void initTestCase()
    {
        if (const QString missing = TestCluster::missing(); !missing.isEmpty())
            QSKIP(qPrintable(missing));
        m_cluster.start();
        // SLURM knows no shorter limit than a minute, and looks every half. Trial 0 listens, trial 1 does
        // not.
        m_late = std::make_unique<ClusterExperiment>(
            m_cluster,
            ClusterExperiment::Options{
                .site = {QStringLiteral("notice: 10s"), QStringLiteral("options: [--nodelist=n1]")},
                .timeLimit = QStringLiteral("50s"),
                .trials = 2,
                .beginning = QStringLiteral("case $WIDTHWISE_TRIAL-$WIDTHWISE_ATTEMPT in\n"
                                            "0-1) while [ -z \"${stop-}\" ]; do sleep 0.2; done ;;\n"
                                            "1-1) trap '' TERM; sleep 1000 ;;\n"
                                            "esac")});
        m_late->letGo();
        m_late->drive();
    }

    /// All processes of a node are gone; its daemon comes back as the site repairs it.
    void nodeDies()
    {
        ClusterExperiment ended(m_cluster, {.site = {QStringLiteral("options: [--nodelist=n2]")}});
        ClusterExperiment requeued(m_cluster,
                                   {.site = {QStringLiteral("options: [--nodelist=n3, --requeue]")}});
        // n4 is lost to SLURM, but computes on.
        ClusterExperiment unseen(m_cluster, {.site = {QStringLiteral("options: [--nodelist=n4]")}});
        for (ClusterExperiment* experiment : {&ended, &requeued, &unseen})
            experiment->drive();
        for (ClusterExperiment* experiment : {&ended, &requeued, &unseen})
            QTRY_VERIFY_WITH_TIMEOUT(experiment->isHalfway(), patience);
        for (const char* node : {"n2", "n3", "n4"})
            daemon("kill", QStringLiteral("slurmd.") + QString::fromLatin1(node));
        for (ClusterExperiment* experiment : {&ended, &requeued})
            for (int trial = 0; trial < 3; ++trial)
                experiment->killNode(trial);
        QTRY_VERIFY_WITH_TIMEOUT(ended.trial(0).reason.find("its node failed") != std::string::npos,
                                 patience);
        QTRY_VERIFY_WITH_TIMEOUT(requeued.trial(0).attempt == 2, patience);
        QVERIFY(m_cluster.shell(QStringLiteral("squeue -h -t NODE_FAIL -o %N"))
                    .output.contains(QStringLiteral("n4")));
        QCOMPARE(unseen.count(TrialState::Running), 3U);
        for (const char* node : {"n2", "n3"})
            daemon("start", QStringLiteral("slurmd.") + QString::fromLatin1(node));
        verifyCompleteAfter(unseen, {1, 1, 1});
        daemon("start", QStringLiteral("slurmd.n4"));
        for (ClusterExperiment* experiment : {&ended, &requeued})
            verifyCompleteAfter(*experiment, {2, 2, 2});
    }

    void controllerDownWhileSubmittingAndWhileLooking()
    {
        for (const int trial : {0, 1}) // a controller that is gone at the time limit knows of none afterwards
            QTRY_VERIFY_WITH_TIMEOUT(m_late->trial(trial).attempt == 2, patience);
        ClusterExperiment running(m_cluster);
        ClusterExperiment submitting(m_cluster);
        running.drive();
        QTRY_VERIFY_WITH_TIMEOUT(running.isHalfway(), patience);
        daemon("kill", QStringLiteral("slurmctld"));
        submitting.drive();
        for (ClusterExperiment* experiment : {&running, &submitting})
            QTRY_VERIFY2_WITH_TIMEOUT(experiment->notice().contains(QStringLiteral("does not answer")),
                                      qPrintable(experiment->notice()), patience);
        QTest::qWait(30'000);
        QCOMPARE(submitting.count(TrialState::Queued), 3U);
        QCOMPARE(running.count(TrialState::Failed), 0U);
        daemon("start", QStringLiteral("slurmctld"));
        verifyCompleteAfter(submitting, {1, 1, 1});
        verifyCompleteAfter(running, {1, 1, 1});
    }

    void reachesItsTimeLimit()
    {
        verifyCompleteAfter(*m_late, {2, 2});
        m_late.reset();
    }
};

QTEST_GUILESS_MAIN(TestClusterOutages)
#include "tst_cluster_outages.moc"
