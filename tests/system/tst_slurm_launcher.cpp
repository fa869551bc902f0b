// SPDX-License-Identifier: GPL-3.0-or-later
// Trials as jobs of a real SLURM, from its head node and over SSH.
#include "core/host/local_host.h"
#include "core/host/ssh/ssh_host.h"
#include "core/launch/slurm/slurm_launcher.h"
#include "tests/system/test_cluster.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace widthwise;
using namespace std::chrono_literals;
using Exit = TrialExit::Kind;

namespace {

/// A host whose answers get lost when a test wants them to.
class Lossy final : public Host {
public:
    explicit Lossy(std::unique_ptr<Host> host) : m_host(std::move(host)) {}

    std::string name() const override { return m_host->name(); }
    CommandResult run(const std::string& command, std::chrono::milliseconds deadline,
                      std::string_view input) override
    {
        CommandResult result = m_host->run(command, deadline, input);
        if (!loseAnswerTo.empty() && command.starts_with(loseAnswerTo)) {
            loseAnswerTo.clear();
            throw HostError("the link is lost");
        }
        return result;
    }
    void writeFile(const std::string& path, std::string_view contents) override
    {
        m_host->writeFile(path, contents);
    }
    void writeFiles(std::span<const FileContents> files) override { m_host->writeFiles(files); }
    std::vector<std::optional<FileSlice>> readFiles(std::span<const FileRequest> requests) override
    {
        return m_host->readFiles(requests);
    }
    void upload(const std::string& localPath, const std::string& path) override
    {
        m_host->upload(localPath, path);
    }
    void download(const std::string& path, const std::string& localPath) override
    {
        m_host->download(path, localPath);
    }
    void awaitRename(std::span<const std::string> directories, std::chrono::milliseconds patience) override
    {
        m_host->awaitRename(directories, patience);
    }
    Inventory inventory() override { return m_host->inventory(); }

    std::string loseAnswerTo;

private:
    std::unique_ptr<Host> m_host;
};

} // namespace

class TestSlurmLauncher : public QObject {
    Q_OBJECT

    TestCluster m_cluster;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Lossy> m_host;
    std::unique_ptr<SlurmLauncher> m_launcher;
    SlurmSettings m_settings;
    std::map<int, std::string> m_started;
    std::map<int, std::string> m_notes;
    std::map<int, TrialExit> m_exited;

    LaunchRequest request(int trial, const std::string& command) const
    {
        LaunchRequest request;
        request.trial = trial;
        request.directory = m_folder->path().toStdString() + "/trials/" + std::to_string(trial);
        request.command = "echo run >>runs; " + command;
        request.config = "{}";
        request.metricsFile = "metrics.jsonl";
        request.environment = {{"WIDTHWISE_TRIAL_DIR", request.directory}};
        request.resources.timeLimit = Seconds(600);
        return request;
    }
    QByteArray file(int trial, const char* name) const
    {
        QFile file(
            m_folder->filePath(QStringLiteral("trials/%1/%2").arg(trial).arg(QString::fromLatin1(name))));
        return file.open(QFile::ReadOnly) ? file.readAll() : QByteArray();
    }
    int submissions() const
    {
        return int(
            QDir(m_folder->filePath(QStringLiteral("jobs"))).entryList({QStringLiteral("*.sbatch")}).size());
    }
    void poll()
    {
        for (const LaunchEvent& event : m_launcher->poll(100ms)) {
            if (const auto* started = std::get_if<launch::Started>(&event)) {
                QVERIFY2(!m_started.contains(started->trial), "started twice");
                m_started[started->trial] = started->device;
            } else if (const auto* noted = std::get_if<launch::Noted>(&event)) {
                m_notes[noted->trial] = noted->text;
            } else if (const auto* exited = std::get_if<launch::Exited>(&event)) {
                QVERIFY2(!m_exited.contains(exited->trial), "ended twice");
                m_exited[exited->trial] = exited->exit;
            }
        }
    }
    bool ended(int trial)
    {
        poll();
        return m_exited.contains(trial);
    }
    bool started(int trial)
    {
        poll();
        return m_started.contains(trial);
    }
    void makeLauncher() { m_launcher = std::make_unique<SlurmLauncher>(*m_host, m_settings); }
    std::string jobOf(int trial) const
    {
        const QByteArray name = file(trial, "submission-1").split(' ').first();
        return m_cluster.shell(QStringLiteral("squeue -h -r -t all -o %i -n ") + QString::fromLatin1(name))
            .output.trimmed()
            .toStdString();
    }

private Q_SLOTS:
    void initTestCase()
    {
        if (const QString missing = TestCluster::missing(); !missing.isEmpty())
            QSKIP(qPrintable(missing));
        m_cluster.start();
        qputenv("SLURM_CONF", (m_cluster.folder() + QStringLiteral("/etc/slurm.conf")).toUtf8());
    }

    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        QDir(m_folder->path()).mkdir(QStringLiteral("jobs"));
        m_host = std::make_unique<Lossy>(std::make_unique<LocalHost>());
        m_settings = {};
        m_settings.folder = m_folder->filePath(QStringLiteral("jobs")).toStdString();
        m_settings.pollInterval = 1s;
        m_started.clear();
        m_notes.clear();
        m_exited.clear();
        makeLauncher();
    }

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
        QTRY_VERIFY_WITH_TIMEOUT(ended(0), 40'000);
        QVERIFY(m_exited[0].kind != Exit::Succeeded);
    }

    void goesOnAfterItsTimeLimit()
    {
        m_launcher->start(request(0, "trap 'exit 0' TERM; while :; do sleep 0.1; done"));
        QTRY_VERIFY_WITH_TIMEOUT(started(0), 30'000);
        m_cluster.shell(QStringLiteral("scancel --batch --signal=TERM ") + QString::fromStdString(jobOf(0)));
        QTRY_VERIFY_WITH_TIMEOUT(ended(0), 30'000);
        QCOMPARE(m_exited[0].kind, Exit::Interrupted);
    }

    void tellsWhatWasCancelledByHand()
    {
        m_settings.options = {"--hold"};
        makeLauncher();
        m_launcher->start(request(0, "true"));
        QTRY_VERIFY_WITH_TIMEOUT((poll(), m_notes.contains(0)), 20'000);
        m_cluster.shell(QStringLiteral("scancel ") + QString::fromStdString(jobOf(0)));
        QTRY_VERIFY_WITH_TIMEOUT(ended(0), 30'000);
        QCOMPARE(m_exited[0].kind, Exit::Lost);
        QVERIFY(m_exited[0].reason.find("cancelled") != std::string::npos);
    }

    void tellsThatTheMemoryWasTooSmall()
    {
        m_settings.options = {"--mem-per-cpu=20M"};
        makeLauncher();
        m_launcher->start(request(0, "head -c 200000000 /dev/zero | tail -c 190000000 | sleep 60"));
        QTRY_VERIFY_WITH_TIMEOUT(ended(0), 60'000);
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
