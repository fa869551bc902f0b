// SPDX-License-Identifier: GPL-3.0-or-later
// What befalls an experiment that is driven over SSH on a SLURM cluster, and is over within seconds: no trial
// is lost, none runs or is submitted twice, no metric is lost, and a person is told what happened.
#include "tests/system/cluster_experiment.h"
#include "tests/system/small_disk.h"
#include "tests/system/sshd_sessions.h"

#include <QTest>
#include <random>

using namespace widthwise;

class TestClusterFaults : public QObject {
    Q_OBJECT

    static constexpr int patience = 180'000;

    TestCluster m_cluster;

    void shell(const QString& command) const
    {
        const TestCluster::Result result = m_cluster.shell(command);
        QVERIFY2(result.exitCode == 0, qPrintable(command + result.errors));
    }
    /// All come to their attempt number `attempt`, and complete. One that was interrupted may be so again: a
    /// cluster may take back a node that it gave away too soon.
    static void verifyComplete(ClusterExperiment& experiment, int attempt)
    {
        for (const Trial& trial : experiment.trials())
            QTRY_VERIFY_WITH_TIMEOUT(experiment.trial(trial.number).attempt >= attempt, patience);
        experiment.letGo();
        QVERIFY(experiment.ends(patience));
        for (const Trial& trial : experiment.trials()) {
            QVERIFY2(trial.state == TrialState::Completed, trial.reason.c_str());
            QVERIFY2(attempt == 1 ? trial.attempt == 1 : trial.attempt >= attempt,
                     qPrintable(experiment.log()));
        }
        QCOMPARE(experiment.record().state, ExperimentState::Completed);
        experiment.verify();
    }
    bool queueHolds(const QString& job) const
    {
        return m_cluster.shell(QStringLiteral("squeue -h -o '%i'"))
            .output.split(QLatin1Char('\n'))
            .contains(job);
    }

private Q_SLOTS:
    void initTestCase()
    {
        if (const QString missing = TestCluster::missing(); !missing.isEmpty())
            QSKIP(qPrintable(missing));
        m_cluster.start();
    }

    void sessionKilledAgainAndAgain()
    {
        ClusterExperiment experiment(m_cluster, {.trials = 4, .steps = 80});
        experiment.letGo();
        experiment.drive();
        QTRY_VERIFY_WITH_TIMEOUT(experiment.count(TrialState::Queued) > 0, patience);
        for (int time = 0; time < 4; ++time) {
            killSessions(m_cluster);
            QTest::qWait(2000);
        }
        verifyComplete(experiment, 1);
    }

    void listenerGoneAndBack()
    {
        ClusterExperiment experiment(m_cluster);
        experiment.drive();
        QTRY_VERIFY_WITH_TIMEOUT(experiment.isHalfway(), patience);
        const std::vector<pid_t> sessions = sessionsOf(m_cluster);
        QCOMPARE(m_cluster.killDaemon(QStringLiteral("sshd")).exitCode, 0);
        for (const pid_t session : sessions)
            kill(session, SIGKILL);
        QTRY_VERIFY2_WITH_TIMEOUT(experiment.notice().contains(QStringLiteral("Connection refused")),
                                  qPrintable(experiment.notice()), patience);
        experiment.letGo();
        QTRY_COMPARE_WITH_TIMEOUT(experiment.status(0).phase, TrialStatus::Phase::Exited, patience);
        QCOMPARE(experiment.count(TrialState::Running), 3U); // what cannot be asked has not ended
        QCOMPARE(m_cluster.startDaemon(QStringLiteral("sshd")).exitCode, 0);
        verifyComplete(experiment, 1);
    }

    void twoSessionsAllowed()
    {
        m_cluster.addSshd(QStringLiteral("few"), {QStringLiteral("MaxSessions 2")}, {m_cluster.identity()});
        ClusterExperiment experiment(m_cluster, {.host = QStringLiteral("few")});
        experiment.drive();
        verifyComplete(experiment, 1);
    }

    void cancelledByHand()
    {
        ClusterExperiment running(m_cluster);
        ClusterExperiment held(m_cluster, {.site = {QStringLiteral("options: [--hold]")}});
        running.drive();
        held.drive();
        QTRY_VERIFY_WITH_TIMEOUT(running.isHalfway(), patience);
        shell(QStringLiteral("scancel ") + running.jobOf(1));
        QTRY_VERIFY_WITH_TIMEOUT(held.trials().size() == 3 &&
                                     held.trial(1).reason.find("scontrol release") != std::string::npos,
                                 patience);
        shell(QStringLiteral("scancel ") + held.jobOf(1));
        shell(QStringLiteral("scontrol release ") + held.jobOf(0));
        shell(QStringLiteral("scontrol release ") + held.jobOf(2));
        for (ClusterExperiment* experiment : {&running, &held}) {
            experiment->letGo();
            QVERIFY(experiment->ends(patience));
            const Trial cancelled = experiment->trial(1);
            QVERIFY2(experiment->count(TrialState::Completed) == 2, qPrintable(experiment->log()));
            QCOMPARE(cancelled.state, TrialState::Failed);
            QCOMPARE(cancelled.attempt, 1);
            QVERIFY2(cancelled.reason.find("was cancelled") != std::string::npos, cancelled.reason.c_str());
            experiment->verify();
        }
    }

    /// Partitions that give way to others, by ending a job and by putting it back into the queue.
    void preempted()
    {
        const QString node = QStringLiteral("options: [--nodelist=n4]");
        ClusterExperiment ended(m_cluster,
                                {.site = {QStringLiteral("partition: lowcancel"), node}, .trials = 2});
        ClusterExperiment told(m_cluster, {.site = {QStringLiteral("partition: low"), node}, .trials = 2});
        ClusterExperiment requeued(m_cluster,
                                   {.site = {QStringLiteral("partition: low"),
                                             QStringLiteral("options: [--requeue, --nodelist=n4]")},
                                    .trials = 2});
        for (ClusterExperiment* experiment : {&ended, &told, &requeued})
            experiment->drive();
        for (ClusterExperiment* experiment : {&ended, &told, &requeued})
            QTRY_VERIFY_WITH_TIMEOUT(experiment->isHalfway(), patience);
        shell(QStringLiteral("sbatch -p main -w n4 --exclusive -o /dev/null --wrap 'sleep 2'"));
        for (ClusterExperiment* experiment : {&ended, &told, &requeued})
            verifyComplete(*experiment, 2);
    }

    void requeuedByHand()
    {
        ClusterExperiment experiment(m_cluster);
        experiment.drive();
        QTRY_VERIFY_WITH_TIMEOUT(experiment.isHalfway(), patience);
        const QString waiting = experiment.jobOf(0);
        const QString atOnce = experiment.jobOf(1);
        const QString held = experiment.jobOf(2);
        shell(QStringLiteral("scontrol update JobId=%1 Requeue=1; scontrol requeue %1; "
                             "scontrol update JobId=%2 Requeue=1; scontrol requeue %2; "
                             "scontrol update JobId=%2 StartTime=now; "
                             "scontrol update JobId=%3 Requeue=1; scontrol requeuehold %3")
                  .arg(waiting, atOnce, held));
        verifyComplete(experiment, 2);
        for (const QString& job : {waiting, atOnce, held})
            QVERIFY2(!queueHolds(job), qPrintable(job));
    }

    void tooMuchMemory()
    {
        ClusterExperiment experiment(
            m_cluster,
            {.site = {QStringLiteral("options: [--mem-per-cpu=20M]")},
             .beginning = QStringLiteral("[ \"$WIDTHWISE_TRIAL\" != 1 ] || "
                                         "head -c 200000000 /dev/zero | tail -c 190000000 | sleep 100")});
        experiment.letGo();
        experiment.drive();
        QVERIFY(experiment.ends(patience));
        QCOMPARE(experiment.count(TrialState::Completed), 2U);
        const Trial large = experiment.trial(1);
        QCOMPARE(large.state, TrialState::Failed);
        QVERIFY2(large.reason.find("more memory") != std::string::npos, large.reason.c_str());
        experiment.verify();
    }

    void scratchFull()
    {
        const QTemporaryDir outside;
        const SmallDisk disk(outside.filePath(QStringLiteral("scratch")).toStdString());
        if (!disk.isMounted())
            QSKIP("a small disk cannot be mounted here: this test needs root");
        const QString scratch = QString::fromStdString(disk.folder());
        // Metrics go elsewhere: this is not about what a program itself can lose.
        ClusterExperiment experiment(
            m_cluster,
            {.beginning = QStringLiteral("ln -s %1/$WIDTHWISE_TRIAL.jsonl metrics.jsonl").arg(outside.path()),
             .folder = scratch});
        experiment.drive();
        QTRY_VERIFY_WITH_TIMEOUT(experiment.isHalfway(), patience);
        disk.fill();
        QTest::qWait(500); // a wrapper that just replaced its status has made room for another file
        disk.fill();
        experiment.command(Command::Kind::PauseTrial, 0);
        QTRY_VERIFY2_WITH_TIMEOUT(experiment.notice().contains(QStringLiteral("No space left")),
                                  qPrintable(experiment.notice()), patience);
        experiment.letGo();
        QTRY_VERIFY_WITH_TIMEOUT(experiment.trial(1).lastStep == 40, patience);
        QTest::qWait(3000); // it has ended, and cannot say so
        QCOMPARE(experiment.count(TrialState::Failed), 0U);
        ClusterExperiment late(m_cluster, {.folder = scratch});
        late.drive();
        QVERIFY(late.ends(patience));
        QVERIFY2(late.log().contains(QStringLiteral("No space left")), qPrintable(late.log()));
        QCOMPARE(late.record().state, ExperimentState::Ready);

        disk.makeSpace();
        QTRY_COMPARE_WITH_TIMEOUT(experiment.trial(0).state, TrialState::Paused, patience);
        experiment.command(Command::Kind::ResumeTrial, 0);
        QVERIFY(experiment.ends(patience));
        QCOMPARE(experiment.count(TrialState::Completed), 3U);
        QCOMPARE(experiment.trial(0).attempt, 2);
        QCOMPARE(experiment.trial(1).attempt, 1);
        experiment.verify();
    }

    void secondDriverBringsNothing()
    {
        ClusterExperiment experiment(m_cluster);
        experiment.drive();
        QTRY_VERIFY_WITH_TIMEOUT(experiment.isHalfway(), patience);
        const QString before = experiment.programThere();
        QVERIFY(!before.isEmpty());
        experiment.changeProgramHere();
        DriverProcess second(QStringLiteral(WIDTHWISECTL),
                             {QStringLiteral("drive"), QStringLiteral("faulty"), QStringLiteral("--store"),
                              experiment.storeFile()});
        QVERIFY(second.wait(patience) > 0);
        QVERIFY2(experiment.log().contains(QStringLiteral("is driven already")),
                 qPrintable(experiment.log()));
        QCOMPARE(experiment.programThere(), before);
        verifyComplete(experiment, 1);
    }

    void driverKilledAtRandomMoments()
    {
        const unsigned seed = std::random_device{}();
        qInfo("seed %u", seed);
        std::mt19937 random(seed);
        std::uniform_int_distribution<int> lifetime(200, 3500);
        const int killsBeforeHalfway = std::uniform_int_distribution<int>(2, 6)(random);
        ClusterExperiment experiment(m_cluster, {.trials = 6, .steps = 80});
        int kills = 0;
        for (experiment.drive(); kills < 8; ++kills) {
            if (kills == killsBeforeHalfway)
                experiment.letGo();
            if (QTest::qWaitFor([&] { return !experiment.drives(); }, lifetime(random)))
                break;
            experiment.killDriver();
            experiment.drive();
        }
        qInfo("%d kills, %d of them before the trials were let go", kills, killsBeforeHalfway);
        QVERIFY(kills >= killsBeforeHalfway);
        verifyComplete(experiment, 1);
    }
};

QTEST_GUILESS_MAIN(TestClusterFaults)
#include "tst_cluster_faults.moc"
