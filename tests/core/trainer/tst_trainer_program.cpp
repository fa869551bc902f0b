// SPDX-License-Identifier: GPL-3.0-or-later
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>

/// The program as a search or a person calls it.
class TestTrainerProgram : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        m_program = qEnvironmentVariable("WIDTHWISE_BIN_DIR") + QStringLiteral("/widthwise-trainer");
        QVERIFY2(QFile::exists(m_program), qPrintable(m_program));
        QVERIFY(m_folder.isValid());
        QCOMPARE(run({QStringLiteral("simulate"), QStringLiteral("--jets=600"), QStringLiteral("--out"),
                      m_folder.filePath(QStringLiteral("jets.h5"))}),
                 0);
    }

    void infoTellsWhatDoctorAsks()
    {
        QCOMPARE(run({QStringLiteral("info"), QStringLiteral("--json")}), 0);
        const QJsonObject info = QJsonDocument::fromJson(m_output).object();
        QVERIFY(info.value(QStringLiteral("torch")).toString().contains(u'.'));
        QVERIFY(info.value(QStringLiteral("hdf5")).toString().contains(u'.'));
        QVERIFY(info.value(QStringLiteral("gflops")).toDouble() > 0);
        QVERIFY(info.value(QStringLiteral("bf16_gflops")).toDouble() > 0);
        QVERIFY(info.contains(QStringLiteral("cuda_devices")));
        QCOMPARE(info.value(QStringLiteral("cuda_names")).toArray().size(),
                 info.value(QStringLiteral("cuda_devices")).toInt());
    }

    void settingsAreListed()
    {
        QCOMPARE(run({QStringLiteral("settings"), QStringLiteral("--json")}), 0);
        QVERIFY(QJsonDocument::fromJson(m_output).array().size() > 30);
    }

    void explainShowsEveryTensor()
    {
        write(QStringLiteral("wide.json"),
              R"({"width": 512, "max_lr": 0.004, "classes": ["bjets", "cjets", "ujets"]})");
        const QString config = m_folder.filePath(QStringLiteral("wide.json"));
        QCOMPARE(
            run({QStringLiteral("explain"), QStringLiteral("--json"), QStringLiteral("--config"), config}),
            0);
        const QJsonObject json = QJsonDocument::fromJson(m_output).object();
        QCOMPARE(json.value(QStringLiteral("parameters")).toInt(), 8745261 - 43496 - 59649);
        int seen = 0;
        const QJsonArray tensors = json.value(QStringLiteral("tensors")).toArray();
        for (const auto& entry : tensors) {
            const QJsonObject tensor = entry.toObject();
            if (tensor.value(QStringLiteral("name")).toString() ==
                QStringLiteral("encoder.3.attention.qkv.weight")) {
                ++seen;
                QCOMPARE(tensor.value(QStringLiteral("role")).toString(), QStringLiteral("hidden"));
                QCOMPARE(tensor.value(QStringLiteral("fan_in")).toInt(), 512);
                QCOMPARE(tensor.value(QStringLiteral("max_lr_at_base")).toDouble(), 0.004);
                QCOMPARE(tensor.value(QStringLiteral("max_lr")).toDouble(), 0.0005);
            }
        }
        QCOMPARE(seen, 1);
        QCOMPARE(run({QStringLiteral("explain"), QStringLiteral("--config"), config}), 0);
        QVERIFY(m_output.contains("encoder.readout.weight"));
        QVERIFY(m_output.contains("  [1536,512]        512     1536 "));
    }

    void simulationRepeatsByteForByte()
    {
        for (const QString& name : {QStringLiteral("a.h5"), QStringLiteral("b.h5")}) {
            QCOMPARE(run({QStringLiteral("simulate"), QStringLiteral("--jets"), QStringLiteral("150"),
                          QStringLiteral("--seed"), QStringLiteral("4"), QStringLiteral("--out"),
                          m_folder.filePath(name)}),
                     0);
        }
        QCOMPARE(read(QStringLiteral("a.h5")), read(QStringLiteral("b.h5")));
    }

    void mistakesAreTheLastLineAndExitCode2_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QByteArray>("lastLine");
        const auto row = [](const char* name, const QStringList& arguments, const char* line) {
            QTest::newRow(name) << arguments << QByteArray("widthwise-trainer: ") + line;
        };
        const QString folder = QStringLiteral("@/");
        row("command", {QStringLiteral("trian")}, "unknown command trian: did you mean train?");
        row("option", {QStringLiteral("train"), QStringLiteral("--confg=x")},
            "unknown option --confg: did you mean --config?");
        row("no value", {QStringLiteral("train"), QStringLiteral("--config")}, "--config needs a value");
        row("no config", {QStringLiteral("train")}, "--config is missing");
        row("jets", {QStringLiteral("simulate"), QStringLiteral("--out=x"), QStringLiteral("--jets=many")},
            "--jets: expected a whole number of at least 1, got \"many\"");
        row("gone", {QStringLiteral("train"), QStringLiteral("--config=/nowhere.json")},
            "/nowhere.json: cannot be read");
        row("unknown key", {QStringLiteral("train"), QStringLiteral("--config=@/typo.json")},
            "@/typo.json: widht: the trainer has no such setting (did you mean \"width\"?)");
        row("no data named", {QStringLiteral("train"), QStringLiteral("--config=@/empty.json")},
            "data is missing: name the HDF5 file with the jets (widthwise-trainer simulate makes one)");
        row("no fraction",
            {QStringLiteral("evaluate"), QStringLiteral("--fc=2"), QStringLiteral("--config=@/three.json")},
            "--fc: expected a number from 0 to 1, got \"2\"");
        row("no background",
            {QStringLiteral("evaluate"), QStringLiteral("--ftau=.1"),
             QStringLiteral("--config=@/three.json")},
            "ftau: taujets is no background of bjets in this model");
        row("no data", {QStringLiteral("train"), QStringLiteral("--config=@/nodata.json")},
            "@/gone.h5: No such file or directory");
    }

    void mistakesAreTheLastLineAndExitCode2()
    {
        QFETCH(QStringList, arguments);
        QFETCH(QByteArray, lastLine);
        write(QStringLiteral("typo.json"), R"({"widht": 64})");
        write(QStringLiteral("empty.json"), "{}");
        write(QStringLiteral("three.json"), R"({"classes": ["bjets", "cjets", "ujets"]})");
        write(QStringLiteral("nodata.json"), R"({"data": "gone.h5"})");
        arguments.replaceInStrings(QStringLiteral("@"), m_folder.path());
        lastLine.replace("@", m_folder.path().toUtf8());
        QCOMPARE(run(arguments), 2);
        QVERIFY(m_errors.endsWith('\n'));
        QCOMPARE(m_errors.trimmed().split('\n').last(), lastLine);
    }

    void aTrialLivesInItsDirectory()
    {
        makeTrial(QStringLiteral("t1"), 6);
        QCOMPARE(run({QStringLiteral("train"), QStringLiteral("--config"),
                      m_folder.filePath(QStringLiteral("t1/config.json"))}),
                 0);
        QCOMPARE(read(QStringLiteral("t1/metrics.jsonl")).count('\n'), 6);
        QVERIFY(QFile::exists(m_folder.filePath(QStringLiteral("t1/checkpoint.pt"))));
    }

    void evaluateTellsRejectionsAndWritesScores()
    {
        makeTrial(QStringLiteral("t3"), 6);
        const QStringList config{QStringLiteral("--config"),
                                 m_folder.filePath(QStringLiteral("t3/config.json"))};
        QCOMPARE(run(QStringList{QStringLiteral("train")} + config), 0);
        const QString scores = m_folder.filePath(QStringLiteral("scores.h5"));
        QCOMPARE(run(QStringList{QStringLiteral("evaluate"), QStringLiteral("--json"),
                                 QStringLiteral("--fc=0.1"), QStringLiteral("--scores"), scores,
                                 QStringLiteral("--data"), m_folder.filePath(QStringLiteral("jets.h5"))} +
                     config),
                 0);
        QVERIFY(QFile::exists(scores));
        const QJsonObject json = QJsonDocument::fromJson(m_output).object();
        QCOMPARE(json.value(QStringLiteral("jets")).toInt(), 600);
        QCOMPARE(json.value(QStringLiteral("confusion")).toArray().size(), 4);
        const QJsonObject b =
            json.value(QStringLiteral("discriminants")).toObject().value(QStringLiteral("D_b")).toObject();
        const QJsonObject fractions = b.value(QStringLiteral("fractions")).toObject();
        QCOMPARE(fractions.value(QStringLiteral("fc")).toDouble(), 0.1);
        QCOMPARE(fractions.value(QStringLiteral("fu")).toDouble(), 0.85);
        QCOMPARE(b.value(QStringLiteral("working_points")).toArray().size(), 4);
        const QJsonObject point = b.value(QStringLiteral("working_points")).toArray().at(1).toObject();
        QCOMPARE(point.value(QStringLiteral("efficiency")).toDouble(), 0.7);
        const QJsonObject light =
            point.value(QStringLiteral("rejections")).toObject().value(QStringLiteral("ujets")).toObject();
        QVERIFY(light.value(QStringLiteral("value")).toDouble() >= 1);
        QVERIFY(light.value(QStringLiteral("error")).toDouble() > 0);
        QCOMPARE(b.value(QStringLiteral("roc")).toArray().size(), 80);
        QCOMPARE(run(QStringList{QStringLiteral("evaluate")} + config), 0);
        QVERIFY2(m_output.contains("D_c with fb = 0.3 fu = 0.69 ftau = 0.01"), m_output.constData());
    }

    void signalsAreHonoured()
    {
        makeTrial(QStringLiteral("t2"), 1000000);
        QProcess process;
        start(process, {QStringLiteral("train"), QStringLiteral("--config"),
                        m_folder.filePath(QStringLiteral("t2/config.json"))});
        QTRY_VERIFY_WITH_TIMEOUT(read(QStringLiteral("t2/metrics.jsonl")).count('\n') > 3, 60000);
        const QString checkpoint = m_folder.filePath(QStringLiteral("t2/checkpoint.pt"));
        QVERIFY(!QFile::exists(checkpoint));
        ::kill(static_cast<pid_t>(process.processId()), SIGUSR1);
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(checkpoint), 20000);
        QCOMPARE(process.state(), QProcess::Running);
        ::kill(static_cast<pid_t>(process.processId()), SIGTERM);
        QVERIFY(process.waitForFinished(20000));
        QCOMPARE(process.exitStatus(), QProcess::NormalExit);
        QCOMPARE(process.exitCode(), 0);
        QVERIFY(process.readAllStandardOutput().contains("stopped on request after step"));
    }

private:
    void makeTrial(const QString& name, int steps)
    {
        QDir(m_folder.path()).mkpath(name);
        m_environment.insert(QStringLiteral("WIDTHWISE_EXPERIMENT_DIR"), m_folder.path());
        m_environment.insert(QStringLiteral("WIDTHWISE_TRIAL_DIR"), m_folder.filePath(name));
        write(name + QStringLiteral("/config.json"),
              QStringLiteral(R"({"data": "jets.h5", "width": 16, "base_width": 16, "heads": 2, "layers": 1,
                 "batch_size": 20, "log_every": 1, "validate_every": 2000000, "steps": %1,
                 "widthwise": {"experiment": "e", "trial": 1}})")
                  .arg(steps)
                  .toUtf8());
    }

    void write(const QString& name, const QByteArray& content)
    {
        QFile file(m_folder.filePath(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(content);
    }

    QByteArray read(const QString& name)
    {
        QFile file(m_folder.filePath(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

    void start(QProcess& process, const QStringList& arguments)
    {
        process.setProcessEnvironment(m_environment);
        process.start(m_program, arguments);
    }

    int run(const QStringList& arguments)
    {
        QProcess process;
        start(process, arguments);
        if (!process.waitForFinished(60000) || process.exitStatus() != QProcess::NormalExit) {
            return -1;
        }
        m_output = process.readAllStandardOutput();
        m_errors = process.readAllStandardError();
        return process.exitCode();
    }

    QString m_program;
    QTemporaryDir m_folder;
    QProcessEnvironment m_environment = QProcessEnvironment::systemEnvironment();
    QByteArray m_output;
    QByteArray m_errors;
};

QTEST_GUILESS_MAIN(TestTrainerProgram)
#include "tst_trainer_program.moc"
