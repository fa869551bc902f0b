// SPDX-License-Identifier: GPL-3.0-or-later
// Workers that take one trial after the other, as jobs of a real SLURM.
#include "tests/system/slurm_test.h"

#include <csignal>

using namespace widthwise;
using namespace std::chrono_literals;
using Exit = TrialExit::Kind;

class TestSlurmPilots : public SlurmTest {
    Q_OBJECT

    static constexpr const char* waitsForever = "trap 'echo saved >checkpoint.pt; exit 0' TERM; "
                                                "while :; do sleep 0.1; done";

    QStringList content(const char* folder) const
    {
        return QDir(m_folder->filePath(QStringLiteral("trials/pilot/") + QString::fromLatin1(folder)))
            .entryList(QDir::Files);
    }
    /// `JOB_TASK`, as scancel calls the worker that has taken the ticket.
    QString workerOf(const char* ticket) const
    {
        for (const QString& claim : content("taken"))
            if (claim.startsWith(QString::fromLatin1(ticket) + QLatin1Char('.')))
                return claim.section(QLatin1Char('.'), 3) + QLatin1Char('_') +
                       claim.section(QLatin1Char('.'), 2, 2);
        return {};
    }
    int workers(const char* state) const
    {
        return int(slurm(QStringLiteral("squeue -h -r --me -t %1 -o %i").arg(QString::fromLatin1(state)))
                       .split(QLatin1Char('\n'), Qt::SkipEmptyParts)
                       .size());
    }
    void startAndWait(int trial, const std::string& command)
    {
        m_launcher->start(request(trial, command));
        QTRY_VERIFY_WITH_TIMEOUT(started(trial), 60'000);
    }
    LaunchRequest secondAttempt(int trial, const std::string& command)
    {
        forget(trial);
        LaunchRequest second = request(trial, command);
        second.attempt = 2;
        second.continues = true;
        return second;
    }

private Q_SLOTS:
    void initTestCase() { startCluster({}); }
    void init()
    {
        prepare();
        m_settings.submit = SlurmSettings::Submit::Pilot;
        makeLauncher();
    }
    void cleanup() { slurm(QStringLiteral("scancel --me")); }

    void runsManyTrialsWithFewWorkers_data()
    {
        QTest::addColumn<bool>("ssh");
        QTest::newRow("on the head node") << false;
        QTest::newRow("over SSH") << true;
    }
    void runsManyTrialsWithFewWorkers()
    {
        QFETCH(bool, ssh);
        if (ssh) {
            m_host = std::make_unique<Lossy>(std::make_unique<SshHost>(
                SshHost::Options{.name = "cluster", .configFile = m_cluster.sshConfig().toStdString()}));
            makeLauncher();
        }
        constexpr int trials = 12;
        constexpr int parallel = 3;
        int next = 0;
        const auto allEnded = [&] {
            poll();
            for (; next < trials && next - int(m_exited.size()) < parallel; ++next) {
                LaunchRequest asked = request(next, "echo $CUDA_VISIBLE_DEVICES >gpu; exit " +
                                                        std::to_string(next == 5 ? 7 : 0));
                asked.resources.gpus = 1;
                m_launcher->start(asked);
            }
            return m_exited.size() == trials;
        };
        QTRY_VERIFY_WITH_TIMEOUT(allEnded(), 120'000);
        for (int i = 0; i < trials; ++i) {
            QCOMPARE(m_exited[i].kind, i == 5 ? Exit::Failed : Exit::Succeeded);
            QCOMPARE(file(i, "runs"), QByteArray("run\n"));
            QVERIFY2(m_started[i].starts_with("n") && m_started[i].find(" cuda:") != std::string::npos,
                     m_started[i].c_str());
        }
        QCOMPARE(content("crews").size(), 1);
        QVERIFY(workers("RUNNING") <= parallel);
        m_launcher->release();
        QTRY_COMPARE_WITH_TIMEOUT(workers("RUNNING,PENDING"), 0, 60'000);
    }

    void stopsOneTrialAndKeepsItsWorker_data()
    {
        QTest::addColumn<bool>("kill");
        QTest::newRow("politely") << false;
        QTest::newRow("at once") << true;
    }
    void stopsOneTrialAndKeepsItsWorker()
    {
        QFETCH(bool, kill);
        startAndWait(0, kill ? "trap '' TERM; while :; do sleep 0.1; done" : waitsForever);
        const QString worker = workerOf("0-1");
        if (kill)
            m_launcher->kill(0);
        else
            m_launcher->requestStop(0);
        QTRY_VERIFY_WITH_TIMEOUT(ended(0), 60'000);
        QCOMPARE(m_exited[0].kind, kill ? Exit::Failed : Exit::Succeeded);
        QCOMPARE(file(0, "checkpoint.pt"), kill ? QByteArray() : QByteArray("saved\n"));
        startAndWait(1, "while [ ! -e go ]; do sleep 0.1; done");
        QCOMPARE(workerOf("1-1"), worker);
        QCOMPARE(content("crews").size(), 1);
    }

    void saysWhyATrialWaitsAndLetsItGo()
    {
        m_settings.options = {"--hold"};
        makeLauncher();
        m_launcher->start(request(0, "true"));
        QTRY_VERIFY_WITH_TIMEOUT((poll(), m_notes.contains(0)), 30'000);
        QTRY_VERIFY_WITH_TIMEOUT((poll(), m_notes[0].find("scontrol release") != std::string::npos), 30'000);
        m_launcher->requestStop(0);
        QTRY_VERIFY_WITH_TIMEOUT(ended(0), 30'000);
        QCOMPARE(m_exited[0].kind, Exit::Unstarted);
        QVERIFY(content("waiting").isEmpty());
    }

    /// What becomes of a running trial is Interrupted, and its next attempt runs with another worker.
    void goesOnWithAnotherWorker_data()
    {
        QTest::addColumn<QString>("command");
        QTest::newRow("near the time limit") << QStringLiteral("scancel --batch --signal=TERM %1");
        QTest::newRow("cancelled by hand") << QStringLiteral("scancel %1");
        QTest::newRow("put back into the queue") << QStringLiteral("scontrol requeue %1");
    }
    void goesOnWithAnotherWorker()
    {
        QFETCH(QString, command);
        m_settings.options = {"--requeue"};
        makeLauncher();
        startAndWait(0, waitsForever);
        const QString worker = workerOf("0-1");
        slurm(command.arg(worker));
        QTRY_VERIFY_WITH_TIMEOUT(ended(0), 60'000);
        QCOMPARE(m_exited[0].kind, Exit::Interrupted);
        QCOMPARE(file(0, "checkpoint.pt"), QByteArray("saved\n"));
        m_launcher->start(secondAttempt(0, "true"));
        slurm(QStringLiteral("scontrol update StartTime=now JobId=%1").arg(worker)); // of the requeued one
        QTRY_VERIFY_WITH_TIMEOUT(ended(0), 60'000);
        QCOMPARE(m_exited[0].kind, Exit::Succeeded);
        QCOMPARE(file(0, "runs"), QByteArray("run\nrun\n"));
    }

    void noticesThatAWrapperWasKilled()
    {
        startAndWait(0, "echo $$ >program; while :; do sleep 0.1; done");
        const auto status = parseTrialStatus(file(0, "status.json").toStdString());
        QVERIFY(status);
        const QString worker = workerOf("0-1");
        ::kill(static_cast<pid_t>(status->wrapperPid), SIGKILL);
        QTRY_VERIFY_WITH_TIMEOUT(ended(0), 60'000);
        QCOMPARE(m_exited[0].kind, Exit::Interrupted);
        QTRY_VERIFY(::kill(static_cast<pid_t>(status->programPid), 0) != 0);
        m_launcher->start(secondAttempt(0, "sleep 3"));
        QTRY_VERIFY_WITH_TIMEOUT(started(0), 60'000);
        QCOMPARE(workerOf("0-2"), worker);
    }

    void aTicketThatComesTwiceStartsNothing()
    {
        const std::string waits = "while [ ! -e go ]; do sleep 0.1; done";
        m_launcher->start(request(0, waits));
        m_launcher->start(request(1, "true"));
        QTRY_VERIFY_WITH_TIMEOUT(started(0) && ended(1), 60'000);
        m_host->writeFile(m_folder->path().toStdString() + "/trials/pilot/waiting/0-1",
                          request(0, {}).directory + "/launch-1.sh\n");
        QTRY_VERIFY_WITH_TIMEOUT((poll(), !content("dropped").isEmpty()), 60'000);
        m_host->writeFile(request(0, {}).directory + "/go", "");
        QTRY_VERIFY_WITH_TIMEOUT(ended(0), 60'000);
        QCOMPARE(m_exited[0].kind, Exit::Succeeded);
        QCOMPARE(file(0, "runs"), QByteArray("run\n"));
    }

    void aSecondLauncherTakesOver()
    {
        startAndWait(0, "while [ ! -e go ]; do sleep 0.1; done");
        const LaunchRequest running = request(0, "while [ ! -e go ]; do sleep 0.1; done");
        forget(0);
        makeLauncher();
        m_launcher->adopt(running);
        m_launcher->adopt(request(1, "true")); // which the first one never came to offer
        QTRY_VERIFY_WITH_TIMEOUT(ended(1), 60'000);
        QVERIFY(m_started.contains(0) && !m_exited.contains(0));
        m_host->writeFile(running.directory + "/go", "");
        QTRY_VERIFY_WITH_TIMEOUT(ended(0), 60'000);
        for (const int trial : {0, 1}) {
            QCOMPARE(m_exited[trial].kind, Exit::Succeeded);
            QCOMPARE(file(trial, "runs"), QByteArray("run\n"));
        }
        QCOMPARE(content("crews").size(), 2);
    }

    void hiresOnceWhenTheAnswerIsLost()
    {
        m_host->loseAnswerTo = "sbatch";
        m_launcher->start(request(0, "sleep 1"));
        QTRY_VERIFY_WITH_TIMEOUT(ended(0), 60'000);
        QCOMPARE(m_exited[0].kind, Exit::Succeeded);
        QCOMPARE(file(0, "runs"), QByteArray("run\n"));
        QCOMPARE(content("crews").size(), 1);
    }

    void endsWorkersWithoutWork()
    {
        m_settings.idleLimit = 2s;
        makeLauncher();
        m_launcher->start(request(0, "true"));
        QTRY_VERIFY_WITH_TIMEOUT(ended(0), 60'000);
        QTRY_COMPARE_WITH_TIMEOUT(workers("RUNNING"), 0, 30'000);
        m_launcher->start(request(1, "true"));
        QTRY_VERIFY_WITH_TIMEOUT(ended(1), 60'000);
        QCOMPARE(m_exited[1].kind, Exit::Succeeded);
    }

    void tellsWhyNobodyCanBeHired()
    {
        m_settings.partition = "nonsense";
        makeLauncher();
        m_launcher->start(request(0, "true"));
        LaunchRequest large = request(1, "true");
        large.resources.nodes = 2;
        m_launcher->start(large);
        QTRY_VERIFY_WITH_TIMEOUT(ended(0) && ended(1), 30'000);
        QCOMPARE(m_exited[0].kind, Exit::Unstarted);
        QVERIFY(m_exited[0].reason.find("no such partition") != std::string::npos);
        QCOMPARE(m_exited[1].kind, Exit::Unstarted);
        QVERIFY(m_exited[1].reason.find("submit: array") != std::string::npos);
        QVERIFY(content("waiting").isEmpty() && content("crews").isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestSlurmPilots)
#include "tst_slurm_pilots.moc"
