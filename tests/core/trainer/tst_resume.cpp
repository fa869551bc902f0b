// SPDX-License-Identifier: GPL-3.0-or-later
// A training that was stopped and goes on.
#include "core/trainer/engine/environment.h"
#include "core/trainer/error.h"
#include "core/trainer/families/gn2/gn2_settings.h"
#include "core/trainer/families/registry.h"
#include "tests/core/trainer/device_backends.h"
#include "tests/core/trainer/training_runs.h"


#include <chrono>
#include <csignal>
#include <thread>
#include <unistd.h>
#include <utility>

using namespace widthwise::trainer;

class TestResume : public QObject, TrainingRuns {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { prepare(); }

    void goingOnFromACheckpointIsTheUninterruptedRun_data()
    {
        QTest::addColumn<OptimizerKind>("optimizer");
        QTest::addColumn<ScheduleKind>("schedule");
        QTest::addColumn<bool>("streamed");
        QTest::addColumn<bool>("registered");
        QTest::newRow("AdamW, one-cycle with β1, in memory")
            << OptimizerKind::AdamW << ScheduleKind::OneCycle << false << false;
        QTest::newRow("AdamW, one-cycle with β1, a register token")
            << OptimizerKind::AdamW << ScheduleKind::OneCycle << false << true;
        QTest::newRow("AdamW, one-cycle with β1, streamed")
            << OptimizerKind::AdamW << ScheduleKind::OneCycle << true << false;
        QTest::newRow("SGD with momentum, cosine, streamed")
            << OptimizerKind::Sgd << ScheduleKind::Cosine << true << false;
    }

    /// Stopped at three random steps.
    void goingOnFromACheckpointIsTheUninterruptedRun()
    {
        QFETCH(OptimizerKind, optimizer);
        QFETCH(ScheduleKind, schedule);
        QFETCH(bool, streamed);
        QFETCH(bool, registered);
        Settings settings = m_settings;
        settings.of<Gn2Settings>().registerToken = settings.of<Gn2Settings>().normAfterReadout = registered;
        settings.data = streamed ? "many.h5" : "jets.h5";
        settings.memoryGb = streamed ? 1e-6 : 4;
        settings.validateEvery = 1; // what StopRequest waits for
        settings.validationFraction = 0.02;
        settings.checkpointEvery = 1000;
        settings.optimizer = optimizer;
        settings.schedule = schedule;
        settings.momentum = 0.9;
        settings.weightDecay = 0.01;
        settings.cycleBeta1 = schedule == ScheduleKind::OneCycle;
        settings.gradientClip = 1;
        const std::string name = QTest::currentDataTag();
        run(name, settings);

        const std::string again = name + " in pieces";
        runInPieces(again, settings);
        compareRuns(name, again);
        QVERIFY2(m_notices.str().empty(), m_notices.str().c_str());
    }

    /// At each pause it validates once more than the uninterrupted run, which changes nothing of the weights.
    void aRunThatPausesAtItsRungsIsTheUninterruptedRun()
    {
        Settings settings = m_settings;
        settings.validateEvery = 7;
        run("whole", settings);
        std::string checkpoint;
        for (const std::int64_t until : {3, 9, 27}) {
            QCOMPARE(run("in rungs", settings, checkpoint, {}, until), Outcome::Paused);
            checkpoint = path("in rungs/checkpoint.pt");
            QCOMPARE(loadCheckpoint(checkpoint).step, until);
            const QByteArray last = linesOf(file("in rungs", "metrics.jsonl")).last();
            QVERIFY2(last.startsWith(QByteArray("{\"step\":" + QByteArray::number(until))) &&
                         last.contains("val/loss"),
                     last.constData());
            // Started again by mistake, it does nothing.
            QCOMPARE(run("in rungs", settings, checkpoint, {}, until), Outcome::Paused);
        }
        QCOMPARE(run("in rungs", settings, checkpoint), Outcome::Completed);
        const Checkpoint whole = loadCheckpoint(path("whole/checkpoint.pt"));
        const Checkpoint pieces = loadCheckpoint(checkpoint);
        QVERIFY(whole.values == pieces.values);
        QVERIFY(whole.first == pieces.first);
        QVERIFY(whole.second == pieces.second);
    }

    /// At whatever moment: in a step, in the midst of a validation, or while jets are read.
    void aSignalIsHonouredInTheMidstOfAValidation()
    {
        Settings settings = m_settings;
        settings.data = "many.h5";
        settings.validationFraction = 0.8;
        settings.validateEvery = 10;
        run("l", settings);

        std::string checkpoint;
        bool wasValidating = false;
        Outcome outcome = Outcome::Stopped;
        for (int attempt = 1; outcome == Outcome::Stopped; ++attempt) {
            std::jthread signaller([attempt] {
                std::this_thread::sleep_for(std::chrono::milliseconds(25 * attempt));
                ::kill(getpid(), SIGTERM);
            });
            outcome = run("m", settings, checkpoint);
            checkpoint = QFile::exists(file("m", "checkpoint.pt")) ? path("m/checkpoint.pt") : std::string();
            wasValidating |= !checkpoint.empty() && !loadCheckpoint(checkpoint).unreported.empty();
        }
        QVERIFY(wasValidating);
        run("n", m_settings); // takes the last signal
        compareRuns("l", "m");
    }

    void aStopBeforeTheFirstStepLeavesNothing()
    {
        ::raise(SIGTERM); // earlier runs have left their handler
        QCOMPARE(run("o", m_settings), Outcome::Stopped);
        QVERIFY(!QFile::exists(file("o", "checkpoint.pt")));
        QVERIFY(linesOf(file("o", "metrics.jsonl")).isEmpty());
    }

    void anotherMachineIsNoticedByName()
    {
        run("p", m_settings);
        Checkpoint checkpoint = loadCheckpoint(path("p/checkpoint.pt"));
        for (const char* key :
             {"LibTorch", "BLAS library", "BLAS kernels", "CPU", "CPU capability", "device", "threads"}) {
            QVERIFY2(checkpoint.environment.contains(key), key);
            checkpoint.environment[key] = "abacus";
        }
        saveCheckpoint(path("p/checkpoint.pt"), checkpoint);
        run("p", m_settings, path("p/checkpoint.pt"));
        for (const auto& [key, value] : checkpoint.environment) {
            QVERIFY2(m_notices.str().find("notice: " + key + " was abacus before and is ") !=
                         std::string::npos,
                     m_notices.str().c_str());
        }
        m_notices.str({});
    }

    void linesBehindAnOldCheckpointAreNotWrittenTwice()
    {
        Settings settings = m_settings;
        settings.checkpointEvery = 10;
        makeFolder("h");
        StopRequest stop(file("h", "control"), 12); // the end of the first epoch
        std::ostream progress(&stop);
        QCOMPARE(train(familyOf(settings), {settings, path("h"), path("."), {}}, progress, m_notices),
                 Outcome::Stopped);
        QFile::copy(file("h", "checkpoint.pt"), file("h", "old.pt"));
        QCOMPARE(run("h", settings, path("h/checkpoint.pt")), Outcome::Completed);

        QFile metrics(file("h", "metrics.jsonl"));
        const QList<QByteArray> whole = timeless(metrics.fileName());
        QVERIFY(metrics.resize(metrics.size() - 10)); // the last line was cut short by a full disk
        QCOMPARE(run("h", settings, path("h/old.pt")), Outcome::Completed);
        const QList<QByteArray> lines = timeless(metrics.fileName());
        QCOMPARE(lines.size(), 31);
        QCOMPARE(lines.first(29), whole.first(29));
        QCOMPARE(lines.last(), whole.last());
    }

    void aCheckpointOfAnotherModelIsRefused_data()
    {
        QTest::addColumn<QByteArray>("changed");
        QTest::addColumn<QByteArray>("message");
        const auto row = [](const char* name, const char* changed, const char* message) {
            QTest::newRow(name) << QByteArray(changed) << QByteArray(message);
        };
        row("width", R"({"width": 64})",
            "its tensor initial.1.weight is 32 × 256, and these settings ask for 64 × 256");
        row("depth", R"({"layers": 3})",
            "it has no tensor encoder.2.attention.norm.gain, which these settings ask for");
        row("less depth", R"({"layers": 1})",
            "it has a tensor encoder.1.attention.norm.gain, which these settings do not ask for");
        row("task", R"({"origin_task": true})",
            "it has no tensor origin.0.weight, which these settings ask for");
        row("family", R"({"model": "mlp"})", "gn2, not mlp");
    }

    void aCheckpointOfAnotherModelIsRefused()
    {
        QFETCH(QByteArray, changed);
        QFETCH(QByteArray, message);
        Settings other = m_settings;
        QCOMPARE(readSettings(changed.toStdString(), other), std::string());
        run("f", m_settings);
        QCOMPARE(refusalOf(other, path("f/checkpoint.pt")), "the checkpoint is of another model: " + message);
    }

    /// The sizes of the buffers alone do not tell these apart: 32·(12 + 3) and 16·(27 + 3) values.
    void aModelOfTheSameSizeIsRefused()
    {
        Settings settings = m_settings;
        QCOMPARE(readSettings(R"({"model": "mlp", "layers": 1, "bias": false, "mlp_tracks": 4, "steps": 2,
                                  "classes": ["bjets", "cjets", "ujets"], "jet_variables": [],
                                  "track_variables": ["d0", "dphi", "deta"]})",
                              settings),
                 std::string());
        QCOMPARE(run("few", settings), Outcome::Completed);
        Settings other = settings;
        QCOMPARE(readSettings(R"({"width": 16, "mlp_tracks": 9})", other), std::string());
        QCOMPARE(refusalOf(other, path("few/checkpoint.pt")),
                 QByteArray("the checkpoint is of another model: its tensor hidden.0.weight is 32 × 12, and "
                            "these settings ask for 16 × 27"));
    }

    void aCheckpointFromBeforeTheyNamedTheirModelIsTaken()
    {
        run("before", m_settings);
        Checkpoint checkpoint = loadCheckpoint(path("before/checkpoint.pt"));
        QCOMPARE(checkpoint.family, std::string("gn2"));
        QCOMPARE(checkpoint.layout.front().name, std::string("initial.0.weight"));
        checkpoint.family.clear(); // and so nothing of the layout is written
        saveCheckpoint(path("before/old.pt"), checkpoint);
        QVERIFY(loadCheckpoint(path("before/old.pt")).layout.empty());
        QCOMPARE(run("before", m_settings, path("before/old.pt")), Outcome::Completed);
        Settings wider = m_settings;
        wider.width = 64;
        QCOMPARE(refusalOf(wider, path("before/old.pt")),
                 QByteArray("the checkpoint is of another model, optimizer or precision"));
    }

    void aDevicesRunGoesOnWhereItWasStopped_data()
    {
        QTest::addColumn<Backend>("backend");
        QTest::addColumn<Precision>("precision");
        for (const auto& [name, backend] : deviceBackends()) {
            QTest::addRow("float32, %s", name) << backend << Precision::Float32;
            QTest::addRow("bf16, %s", name) << backend << Precision::Bfloat16;
        }
    }

    void aDevicesRunGoesOnWhereItWasStopped()
    {
        QFETCH(Backend, backend);
        QFETCH(Precision, precision);
        Settings settings = m_settings;
        settings.precision = precision;
        run("device in one", settings, {}, backend);
        makeFolder("device in two");
        StopRequest stop(file("device in two", "control"), 12);
        std::ostream progress(&stop);
        QCOMPARE(train(familyOf(settings), {settings, path("device in two"), path("."), {}, 0, backend},
                       progress, m_notices),
                 Outcome::Stopped);
        const std::string checkpoint = path("device in two/checkpoint.pt");
        QCOMPARE(loadCheckpoint(checkpoint).step, 12);
        QCOMPARE(run("device in two", settings, checkpoint, backend), Outcome::Completed);
        compareRuns("device in one", "device in two");
        QCOMPARE(loadCheckpoint(checkpoint).environment.at("device"), nameOf(backend));
    }

    void goingOnInAnotherPrecisionIsSaid()
    {
        Settings settings = m_settings;
        run("then", settings);
        settings.precision = Precision::Bfloat16;
        settings.steps = 40;
        m_notices.str({});
        QCOMPARE(run("then", settings, path("then/checkpoint.pt")), Outcome::Completed);
        const std::string notices = std::exchange(m_notices, std::ostringstream()).str();
        QVERIFY(notices.find(R"(precision was "float32" before and is "bf16" now)") != std::string::npos);
        QCOMPARE(notices.find("no instructions for bfloat16") == std::string::npos,
                 !bf16Instructions().empty());
    }

private:
    /// What is said of going on from the checkpoint, behind its path.
    QByteArray refusalOf(const Settings& settings, const std::string& checkpoint)
    {
        try {
            run("refused", settings, checkpoint);
        } catch (const InputError& error) {
            return QByteArray(error.what()).mid(QByteArray::fromStdString(checkpoint).size() + 2);
        }
        return "taken";
    }
};

QTEST_GUILESS_MAIN(TestResume)
#include "tst_resume.moc"
