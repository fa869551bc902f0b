// SPDX-License-Identifier: GPL-3.0-or-later
// Trials as jobs of a real SLURM, from its head node and over SSH.
#include "tests/system/slurm_test.h"

using namespace widthwise;
using namespace std::chrono_literals;
using Exit = TrialExit::Kind;

class TestSlurmLauncher : public SlurmTest {
    Q_OBJECT

    QString jobOf(int trial) const
    {
        const QByteArray name = file(trial, "submission-1").split(' ').first();
        return slurm(QStringLiteral("squeue -h -r -t all -o %i -n ") + QString::fromLatin1(name));
    }

private Q_SLOTS:
    void initTestCase() { startCluster({}); }
    void init() { prepare(); }

    void runsAnArray_data()
    {
        QTest::addColumn<bool>("ssh");
        QTest::newRow("on the head node") << false;
        QTest::newRow("over SSH") << true;
    }
    void runsAnArray()
    {
        QFETCH(bool, ssh);
        if (ssh) {
            m_host = std::make_unique<Lossy>(std::make_unique<SshHost>(
                SshHost::Options{.name = "cluster", .configFile = m_cluster.sshConfig().toStdString()}));
            makeLauncher();
        }
        constexpr int trials = 6;
        for (int i = 0; i < trials; ++i) {
            LaunchRequest asked =
                request(i, "echo $CUDA_VISIBLE_DEVICES >gpu; exit " + std::to_string(i == 3 ? 7 : 0));
            asked.resources.gpus = 1;
            m_launcher->start(asked);
        }
        for (int i = 0; i < trials; ++i) {
            QTRY_VERIFY_WITH_TIMEOUT(ended(i), 60'000);
            QCOMPARE(m_exited[i].kind, i == 3 ? Exit::Failed : Exit::Succeeded);
            QCOMPARE(file(i, "runs"), QByteArray("run\n"));
            QVERIFY2(m_started[i].starts_with("n") && m_started[i].find(" cuda:") != std::string::npos,
                     m_started[i].c_str());
        }
        QVERIFY(m_exited[3].reason.find('7') != std::string::npos);
        QCOMPARE(submissions(), 1);
    }

    void saysWhyATrialWaitsAndLetsItGo()
    {
        m_settings.options = {"--hold"};
        makeLauncher();
        m_launcher->start(request(0, "true"));
        QTRY_VERIFY_WITH_TIMEOUT((poll(), m_notes.contains(0)), 20'000);
        QVERIFY2(m_notes[0].find("scontrol release") != std::string::npos, m_notes[0].c_str());
        m_launcher->requestStop(0);
        QTRY_VERIFY_WITH_TIMEOUT(ended(0), 30'000);
        QCOMPARE(m_exited[0].kind, Exit::Unstarted);
        QCOMPARE(file(0, "runs"), QByteArray());
    }

    void stopsARunningTrialPolitely()
    {
        m_launcher->start(
            request(0, "trap 'echo saved >checkpoint.pt; exit 0' TERM; while :; do sleep 0.1; done"));
        QTRY_VERIFY_WITH_TIMEOUT(started(0), 30'000);
        m_launcher->requestStop(0);
        QTRY_VERIFY_WITH_TIMEOUT(ended(0), 30'000);
        QCOMPARE(m_exited[0].kind, Exit::Succeeded);
        QCOMPARE(file(0, "control"), QByteArray("stop\n"));
        QCOMPARE(file(0, "checkpoint.pt"), QByteArray("saved\n"));
    }

    void killsWhatDoesNotListen()
    {
        m_launcher->start(request(0, "trap '' TERM; while :; do sleep 0.1; done"));
        QTRY_VERIFY_WITH_TIMEOUT(started(0), 30'000);
        m_launcher->kill(0);
        QTRY_VERIFY_WITH_TIMEOUT(ended(0), 90'000);
        QVERIFY(m_exited[0].kind != Exit::Succeeded);
    }

    void goesOnAfterItsTimeLimit()
    {
        m_launcher->start(request(0, "trap 'exit 0' TERM; while :; do sleep 0.1; done"));
        QTRY_VERIFY_WITH_TIMEOUT(started(0), 30'000);
        slurm(QStringLiteral("scancel --batch --signal=TERM ") + jobOf(0));
        QTRY_VERIFY_WITH_TIMEOUT(ended(0), 30'000);
        QCOMPARE(m_exited[0].kind, Exit::Interrupted);
    }

    void tellsWhatWasCancelledByHand()
    {
        m_settings.options = {"--hold"};
        makeLauncher();
        m_launcher->start(request(0, "true"));
        QTRY_VERIFY_WITH_TIMEOUT((poll(), m_notes.contains(0)), 20'000);
        slurm(QStringLiteral("scancel ") + jobOf(0));
        QTRY_VERIFY_WITH_TIMEOUT(ended(0), 30'000);
        QCOMPARE(m_exited[0].kind, Exit::Lost);
        QVERIFY(m_exited[0].reason.find("cancelled") != std::string::npos);
    }

    void tellsThatARunningTrialWasCancelledByHand()
    {
        m_launcher->start(request(0, "trap 'exit 0' TERM; while :; do sleep 0.1; done"));
        QTRY_VERIFY_WITH_TIMEOUT(started(0), 30'000);
        slurm(QStringLiteral("scancel ") + jobOf(0));
        QTRY_VERIFY_WITH_TIMEOUT(ended(0), 90'000);
        QCOMPARE(m_exited[0].kind, Exit::Lost);
        QVERIFY2(m_exited[0].reason.find("cancelled") != std::string::npos, m_exited[0].reason.c_str());
    }

    void endsAnAttemptWhoseJobIsPutBack()
    {
        m_settings.options = {"--requeue"}; // as a site may force
        makeLauncher();
        m_launcher->start(request(0, "echo $$ >pid; exec sleep 100"));
        QTRY_VERIFY_WITH_TIMEOUT(started(0), 30'000);
        slurm(QStringLiteral("scontrol requeue ") + jobOf(0));
        QTRY_VERIFY_WITH_TIMEOUT(ended(0), 60'000);
        QCOMPARE(m_exited[0].kind, Exit::Interrupted);
        QVERIFY2(m_exited[0].reason.find("back into the queue") != std::string::npos,
                 m_exited[0].reason.c_str());
        QCOMPARE(slurm(QStringLiteral("squeue -h -t PENDING -o %i")), QString());
        forget(0);
        LaunchRequest second = request(0, "true");
        second.attempt = 2;
        m_launcher->start(second);
        QTRY_VERIFY_WITH_TIMEOUT(ended(0), 60'000);
        QCOMPARE(m_exited[0].kind, Exit::Succeeded);
        QCOMPARE(file(0, "runs"), QByteArray("run\nrun\n"));
    }

    /// Nobody looked while it was: the wrapper that came second found the attempt claimed.
    void goesOnAfterAJobWasPutBackUnseen()
    {
        m_settings.options = {"--requeue"};
        makeLauncher();
        m_launcher->start(request(0, "exec sleep 100"));
        QTRY_VERIFY_WITH_TIMEOUT(started(0), 30'000);
        const QString job = jobOf(0);
        slurm(QStringLiteral("scontrol requeue ") + job);
        const auto state = [&] { return slurm(QStringLiteral("squeue -h -t all -o %T -j ") + job); };
        QTRY_COMPARE_WITH_TIMEOUT(state(), QStringLiteral("PENDING"), 30'000);
        slurm(QStringLiteral("scontrol update StartTime=now JobId=") + job);
        QTRY_COMPARE_WITH_TIMEOUT(state(), QStringLiteral("COMPLETED"), 60'000);
        makeLauncher();
        forget(0);
        m_launcher->adopt(request(0, "exec sleep 100"));
        QTRY_VERIFY_WITH_TIMEOUT(ended(0), 60'000);
        QCOMPARE(m_exited[0].kind, Exit::Interrupted);
        QCOMPARE(file(0, "runs"), QByteArray("run\n"));
    }

    void saysWhereATrialStandsInTheQueue()
    {
        m_settings.options = {"--exclusive"};
        makeLauncher();
        slurm(QStringLiteral("sbatch -N4 --exclusive -t 10 --wrap 'sleep 300'"));
        slurm(QStringLiteral("sbatch -N4 --exclusive -t 10 --wrap 'sleep 300'"));
        m_launcher->start(request(0, "true"));
        QTRY_VERIFY_WITH_TIMEOUT(
            (poll(), m_notes[0].find("2nd of 2 waiting in main, expected to start 20") != std::string::npos),
            60'000);
        slurm(QStringLiteral("scancel -n wrap"));
        QTRY_VERIFY_WITH_TIMEOUT(ended(0), 60'000);
        QCOMPARE(m_exited[0].kind, Exit::Succeeded);
    }

    void saysForWhichLimitATrialWillNeverStart()
    {
        m_settings.timeLimit = Seconds(2 * 3600);
        makeLauncher();
        LaunchRequest asked = request(0, "true");
        asked.resources.timeLimit.reset();
        m_launcher->start(asked);
        const std::string words =
            "will never start: it asks for more time than the partition allows (main has "
            "4 nodes for at most 1h)";
        QTRY_COMPARE_WITH_TIMEOUT((poll(), m_notes[0]), words, 30'000);
        m_launcher->requestStop(0);
        QTRY_VERIFY_WITH_TIMEOUT(ended(0), 30'000);
    }

    /// The notice is beyond it, unless the partition is as short.
    void aTrialMayTakeAsLongAsItsPartitionLets()
    {
        LaunchRequest asked = request(0, "true");
        asked.resources.timeLimit = Seconds(3600);
        m_launcher->start(asked);
        QTRY_VERIFY_WITH_TIMEOUT(ended(0), 30'000);
        QCOMPARE(m_exited[0].kind, Exit::Succeeded);
    }

    void runsOnSeveralNodes_data()
    {
        QTest::addColumn<std::string>("container");
        QTest::newRow("bare") << std::string();
        QTest::newRow("in containers") << std::string("env WITHIN=', boxed'");
    }
    void runsOnSeveralNodes()
    {
        QFETCH(std::string, container);
        LaunchRequest asked = request(
            0, "trap 'echo \"$SLURM_PROCID$WITHIN\" >stopped.$SLURM_PROCID; exit 0' TERM; "
               "echo $SLURM_PROCID $SLURMD_NODENAME >task.$SLURM_PROCID; while :; do sleep 0.1; done");
        asked.resources.nodes = asked.tasks = 2;
        asked.container = container;
        m_launcher->start(asked);
        QTRY_VERIFY_WITH_TIMEOUT(started(0) && !file(0, "task.0").isEmpty() && !file(0, "task.1").isEmpty(),
                                 60'000);
        QVERIFY(file(0, "task.0").startsWith("0 n"));
        QVERIFY(file(0, "task.1").startsWith("1 n"));
        QVERIFY(file(0, "task.0").mid(2) != file(0, "task.1").mid(2));
        m_launcher->requestStop(0);
        QTRY_VERIFY_WITH_TIMEOUT(ended(0), 60'000);
        QCOMPARE(m_exited[0].kind, Exit::Succeeded);
        const QByteArray within = container.empty() ? "\n" : ", boxed\n";
        QCOMPARE(file(0, "stopped.0"), "0" + within);
        QCOMPARE(file(0, "stopped.1"), "1" + within);
    }

    void tellsThatTheMemoryWasTooSmall()
    {
        m_settings.options = {"--mem-per-cpu=20M"};
        makeLauncher();
        m_launcher->start(request(0, "head -c 200000000 /dev/zero | tail -c 190000000 | sleep 60"));
        QTRY_VERIFY_WITH_TIMEOUT(ended(0), 90'000);
        QCOMPARE(m_exited[0].kind, Exit::Failed);
        QVERIFY2(m_exited[0].reason.find("more memory") != std::string::npos, m_exited[0].reason.c_str());
    }

    void tellsWhyNothingCanBeSubmitted()
    {
        m_settings.partition = "nonsense";
        makeLauncher();
        m_launcher->start(request(0, "true"));
        QTRY_VERIFY_WITH_TIMEOUT(ended(0), 20'000);
        QCOMPARE(m_exited[0].kind, Exit::Unstarted);
        QVERIFY(m_exited[0].reason.find("no such partition") != std::string::npos);
    }

    void submitsOnceWhenTheAnswerIsLost()
    {
        m_host->loseAnswerTo = "sbatch";
        m_launcher->start(request(0, "sleep 1"));
        poll();
        QTRY_VERIFY_WITH_TIMEOUT(ended(0), 60'000);
        QCOMPARE(m_exited[0].kind, Exit::Succeeded);
        QCOMPARE(submissions(), 1);
        QCOMPARE(file(0, "runs"), QByteArray("run\n"));
    }

    void aSecondLauncherTakesOver()
    {
        m_launcher->start(request(0, "sleep 3"));
        QTRY_COMPARE_WITH_TIMEOUT((poll(), submissions()), 1, 20'000);
        m_started.clear();
        makeLauncher();
        m_launcher->adopt(request(0, "sleep 3"));
        m_launcher->adopt(request(1, "true")); // which the first one never came to submit
        QTRY_VERIFY_WITH_TIMEOUT(ended(0), 60'000);
        QTRY_VERIFY_WITH_TIMEOUT(ended(1), 60'000);
        for (const int trial : {0, 1}) {
            QCOMPARE(m_exited[trial].kind, Exit::Succeeded);
            QCOMPARE(file(trial, "runs"), QByteArray("run\n"));
        }
        QCOMPARE(submissions(), 2);
    }

    void waitsForADeadController()
    {
        QCOMPARE(m_cluster.killDaemon(QStringLiteral("slurmctld")).exitCode, 0);
        m_launcher->start(request(0, "true"));
        QTRY_VERIFY_WITH_TIMEOUT((poll(), !m_launcher->notice().empty()), 40'000);
        QVERIFY2(m_launcher->notice().find("does not answer") != std::string::npos,
                 m_launcher->notice().c_str());
        QCOMPARE(m_cluster.startDaemon(QStringLiteral("slurmctld")).exitCode, 0);
        QTRY_VERIFY_WITH_TIMEOUT(ended(0), 90'000);
        QCOMPARE(m_exited[0].kind, Exit::Succeeded);
        QCOMPARE(file(0, "runs"), QByteArray("run\n"));
    }
};

QTEST_GUILESS_MAIN(TestSlurmLauncher)
#include "tst_slurm_launcher.moc"
