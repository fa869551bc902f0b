// SPDX-License-Identifier: GPL-3.0-or-later
#include <QDir>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>

namespace {

/// Neither gone nor a process that has ended and that nobody waits for.
bool isRunning(qint64 process)
{
    QFile file(QStringLiteral("/proc/%1/stat").arg(process));
    if (!file.open(QIODevice::ReadOnly)) {
        return false;
    }
    const QByteArray stat = file.readAll();
    const char state = stat.mid(stat.lastIndexOf(") ") + 2, 1).front();
    return state != 'Z' && state != 'X';
}

QList<qint64> childrenOf(qint64 process)
{
    QFile file(QStringLiteral("/proc/%1/task/%1/children").arg(process));
    QList<qint64> children;
    if (file.open(QIODevice::ReadOnly)) {
        for (const QByteArray& child : file.readAll().simplified().split(' ')) {
            children.append(child.toLongLong());
        }
    }
    return children;
}

} // namespace

/// A trial of several processes as a search or a person starts it.
class TestWorkerProcesses : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        m_program = qEnvironmentVariable("WIDTHWISE_BIN_DIR") + QStringLiteral("/widthwise-trainer");
        QVERIFY2(QFile::exists(m_program), qPrintable(m_program));
        QVERIFY(m_folder.isValid());
        QProcess simulate;
        simulate.start(m_program, {QStringLiteral("simulate"), QStringLiteral("--jets=600"),
                                   QStringLiteral("--out"), m_folder.filePath(QStringLiteral("jets.h5"))});
        QVERIFY(simulate.waitForFinished() && simulate.exitCode() == 0);
    }

    void aKilledWorkerEndsTheTrial_data() { ways(); }
    void aKilledWorkerEndsTheTrial()
    {
        QFETCH(QByteArray, way);
        const Trial trial = makeTrial("killed-" + way, 3, 1000000, way);
        QProcess process;
        const QList<qint64> workers = startAndTrain(process, trial);
        QCOMPARE(workers.size(), 2);
        ::kill(static_cast<pid_t>(workers[1]), SIGKILL);
        QVERIFY(process.waitForFinished(15000)); // ctest's limit is for hangs; this one for the reader
        QCOMPARE(process.exitStatus(), QProcess::NormalExit);
        QCOMPARE(process.exitCode(), 1);
        QCOMPARE(process.readAllStandardError().trimmed().split('\n').last(),
                 "widthwise-trainer: worker 2 of 3 was ended by signal 9 (Killed): by someone, or because "
                 "memory ran out");
        QVERIFY(!isRunning(workers[0]) && !isRunning(workers[1]));
    }

    void noWorkerOutlivesAKilledLeader()
    {
        const Trial trial = makeTrial("leader", 3, 1000000, "shared-memory");
        QProcess process;
        const QList<qint64> workers = startAndTrain(process, trial);
        process.kill();
        QVERIFY(process.waitForFinished());
        QTRY_VERIFY(!isRunning(workers[0]) && !isRunning(workers[1]));
    }

    void aStoppedTrialGoesOn()
    {
        const Trial trial = makeTrial("stopped", 2, 200, "auto");
        QProcess process;
        const QList<qint64> workers = startAndTrain(process, trial);
        ::kill(static_cast<pid_t>(process.processId()), SIGTERM);
        QVERIFY(process.waitForFinished(20000));
        QCOMPARE(process.exitCode(), 0);
        QVERIFY(process.readAllStandardOutput().contains("stopped on request after step"));
        QVERIFY(!isRunning(workers[0]));
        const QString checkpoint = QDir(trial.folder).filePath(QStringLiteral("checkpoint.pt"));
        QVERIFY(QFile::exists(checkpoint));

        QProcess again;
        QProcessEnvironment environment = trial.environment;
        environment.insert(QStringLiteral("WIDTHWISE_CHECKPOINT"), checkpoint);
        start(again, trial, environment);
        QVERIFY(again.waitForFinished(60000));
        QCOMPARE(again.exitCode(), 0);
        QCOMPARE(read(trial, "metrics.jsonl").count('\n'), 200);
        QCOMPARE(again.readAllStandardError(), QByteArray());
    }

    void theFileControlIsHonoured()
    {
        const Trial trial = makeTrial("control", 2, 1000000, "auto");
        QProcess process;
        startAndTrain(process, trial);
        write(trial.folder + QStringLiteral("/control"), "stop\n");
        QVERIFY(process.waitForFinished(20000));
        QCOMPARE(process.exitCode(), 0);
        QVERIFY(!read(trial, "checkpoint.pt").isEmpty());
    }

    void processesOfSrunAreTheWorkers()
    {
        const Trial local = makeTrial("local", 2, 5, "auto");
        QProcess leader;
        start(leader, local, local.environment);
        const Trial step = makeTrial("step", 2, 5, "auto");
        QProcess first;
        QProcess second;
        startInStep(first, step, 0, 0);
        startInStep(second, step, 0, 1);
        for (QProcess* process : {&leader, &first, &second}) {
            QVERIFY(process->waitForFinished(60000));
            QCOMPARE(process->exitCode(), 0);
        }
        QCOMPARE(second.readAllStandardOutput() + second.readAllStandardError(), QByteArray());
        QVERIFY(!read(local, "norm_dict.yaml").isEmpty());
        QCOMPARE(read(step, "norm_dict.yaml"), read(local, "norm_dict.yaml"));
        QCOMPARE(withoutTimes(read(step, "metrics.jsonl")), withoutTimes(read(local, "metrics.jsonl")));
        QVERIFY(QDir(QStringLiteral("/dev/shm"))
                    .entryList({QStringLiteral("widthwise-7.*")}, QDir::System | QDir::Files)
                    .isEmpty());
    }

    void theOthersSayWhatAWorkerFailedOf()
    {
        const Trial trial = makeTrial("good", 2, 5, "auto");
        Trial other = makeTrial("bad", 2, 5, "auto");
        write(other.folder + QStringLiteral("/config.json"),
              R"({"data": "jets.h5", "workers": 2, "batch_size": 1000})");
        QProcess first;
        QProcess second;
        startInStep(first, trial, 1, 0);
        startInStep(second, other, 1, 1);
        QVERIFY(first.waitForFinished(60000) && second.waitForFinished(60000));
        QCOMPARE(second.exitCode(), 2);
        QCOMPARE(first.exitCode(), 1);
        QCOMPARE(
            first.readAllStandardError().trimmed(),
            "widthwise-trainer: worker 1 of 2: batch_size 1000 of each of 2 workers is more than the 480 "
            "training jets in " +
                m_folder.filePath(QStringLiteral("jets.h5")).toUtf8());
    }

    void mistakesAreTheLastLineAndExitCode2_data()
    {
        QTest::addColumn<QByteArray>("settings");
        QTest::addColumn<QByteArray>("lastLine");
        QTest::newRow("none") << QByteArray(R"({"workers": 0})")
                              << QByteArray("workers: expected a number from 1 to 1024, got 0");
        QTest::newRow("communication") << QByteArray(R"({"communication": "glou"})")
                                       << QByteArray("communication: expected one of auto | shared-memory | "
                                                     "gloo | nccl, perhaps gloo, got \"glou\"");
        QTest::newRow("data") << QByteArray(R"({"workers": 2, "data": "gone.h5"})")
                              << QByteArray("gone.h5: No such file or directory");
#ifndef WIDTHWISE_NCCL
        QTest::newRow("nccl") << QByteArray(R"({"workers": 2, "communication": "nccl"})")
                              << QByteArray("which needs a LibTorch with CUDA; take auto");
#endif
#ifndef WIDTHWISE_GLOO
        QTest::newRow("gloo") << QByteArray(R"({"workers": 2, "data": "jets.h5", "communication": "gloo"})")
                              << QByteArray("or put all workers on one machine");
#endif
    }

    void mistakesAreTheLastLineAndExitCode2()
    {
        QFETCH(QByteArray, settings);
        QFETCH(QByteArray, lastLine);
        const Trial trial = makeTrial("mistake", 2, 5, "auto");
        write(trial.folder + QStringLiteral("/config.json"), settings);
        QProcess process;
        start(process, trial, trial.environment);
        QVERIFY(process.waitForFinished(60000));
        QCOMPARE(process.exitCode(), 2);
        const QByteArray last = process.readAllStandardError().trimmed().split('\n').last();
        QVERIFY2(last.startsWith("widthwise-trainer: ") && last.endsWith(lastLine), last.constData());
    }

private:
    struct Trial {
        QString folder;
        QProcessEnvironment environment;
    };

    static void ways()
    {
        QTest::addColumn<QByteArray>("way");
        QTest::newRow("shared memory") << QByteArray("shared-memory");
#ifdef WIDTHWISE_GLOO
        QTest::newRow("gloo") << QByteArray("gloo");
#endif
    }

    Trial makeTrial(const QByteArray& name, int workers, int steps, const QByteArray& way)
    {
        const QString folder = m_folder.filePath(QString::fromUtf8(name));
        QDir().mkpath(folder);
        write(folder + QStringLiteral("/config.json"),
              QStringLiteral(R"({"data": "jets.h5", "width": 16, "base_width": 16, "heads": 2, "layers": 1,
                 "batch_size": 10, "log_every": 1, "validate_every": 2000000, "steps": %1, "workers": %2,
                 "communication": "%3"})")
                  .arg(steps)
                  .arg(workers)
                  .arg(QString::fromUtf8(way))
                  .toUtf8());
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("WIDTHWISE_EXPERIMENT_DIR"), m_folder.path());
        environment.insert(QStringLiteral("WIDTHWISE_TRIAL_DIR"), folder);
        return {folder, environment};
    }

    static void write(const QString& path, const QByteArray& content)
    {
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(content);
    }

    static QByteArray read(const Trial& trial, const char* name)
    {
        QFile file(QDir(trial.folder).filePath(QString::fromUtf8(name)));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

    static QByteArray withoutTimes(const QByteArray& lines)
    {
        return QString::fromUtf8(lines)
            .remove(QRegularExpression(QStringLiteral("\"time\":[^,]*,")))
            .toUtf8();
    }

    void start(QProcess& process, const Trial& trial, const QProcessEnvironment& environment) const
    {
        process.setProcessEnvironment(environment);
        process.start(m_program, {QStringLiteral("train"), QStringLiteral("--config"),
                                  trial.folder + QStringLiteral("/config.json")});
    }

    /// As `srun --ntasks=2` does in its `step` of job 7.
    void startInStep(QProcess& process, const Trial& trial, int step, int rank) const
    {
        QProcessEnvironment environment = trial.environment;
        environment.insert(QStringLiteral("SLURM_JOB_ID"), QStringLiteral("7"));
        environment.insert(QStringLiteral("SLURM_STEP_ID"),
                           QStringLiteral("%1-%2").arg(QCoreApplication::applicationPid()).arg(step));
        environment.insert(QStringLiteral("SLURM_STEP_NUM_TASKS"), QStringLiteral("2"));
        environment.insert(QStringLiteral("SLURM_STEP_NUM_NODES"), QStringLiteral("1"));
        environment.insert(QStringLiteral("SLURM_PROCID"), QString::number(rank));
        start(process, trial, environment);
    }

    /// The processes of the other workers, once all train.
    QList<qint64> startAndTrain(QProcess& process, const Trial& trial) const
    {
        start(process, trial, trial.environment);
        const auto isTraining = [&] { return read(trial, "metrics.jsonl").count('\n') > 3; };
        for (int i = 0; i < 600 && !isTraining(); ++i) {
            QTest::qWait(50);
        }
        return isTraining() ? childrenOf(process.processId()) : QList<qint64>();
    }

    QString m_program;
    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TestWorkerProcesses)
#include "tst_worker_processes.moc"
