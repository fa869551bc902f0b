// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/checkpoint.h"
#include "core/trainer/environment.h"
#include "core/trainer/error.h"
#include "core/trainer/jet_writer.h"
#include "core/trainer/training.h"

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QTest>

#include <chrono>
#include <cmath>
#include <csignal>
#include <sstream>
#include <thread>
#include <unistd.h>
#include <utility>

using namespace widthwise::trainer;

namespace {

QList<QByteArray> linesOf(const QString& path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        return {};
    }
    QList<QByteArray> lines = file.readAll().split('\n');
    lines.removeLast();
    return lines;
}

/// The lines without their times, which differ from run to run.
QList<QByteArray> timeless(const QString& path)
{
    QList<QByteArray> lines = linesOf(path);
    for (QByteArray& line : lines) {
        const auto from = line.indexOf("\"time\":");
        line.remove(from, line.indexOf(',', from) - from);
    }
    return lines;
}

QJsonObject metricsOf(const QByteArray& line)
{
    return QJsonDocument::fromJson(line).object().value(QStringLiteral("metrics")).toObject();
}

/// A progress stream that asks the run to stop once it tells of `step`.
class StopRequest : public std::stringbuf {
public:
    StopRequest(const QString& control, int step)
        : m_control(control), m_line("step " + std::to_string(step) + " of")
    {
    }

protected:
    int sync() override
    {
        if (str().find(m_line) != std::string::npos) {
            QFile file(m_control);
            if (file.open(QIODevice::WriteOnly)) {
                file.write("stop\n");
            }
            str({});
        }
        return 0;
    }

private:
    QString m_control;
    std::string m_line;
};

} // namespace

class TestTraining : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_folder.isValid());
        writeSimulation({.path = path("jets.h5"), .jets = 1200, .seed = 3});
        writeSimulation({.path = path("many.h5"), .jets = 4200, .seed = 4}); // more than one block
        m_settings =
            parseSettings(R"({"data": "jets.h5", "width": 32, "base_width": 32, "heads": 4, "layers": 2,
            "batch_size": 80, "steps": 30, "log_every": 1, "max_lr": 0.005, "warmup_fraction": 0.3})");
    }

    void theLossFallsAndTheLinesFollowTheProtocol()
    {
        QCOMPARE(run("a", m_settings), Outcome::Completed);
        const QList<QByteArray> lines = linesOf(file("a", "metrics.jsonl"));
        QCOMPARE(lines.size(), 30);
        QList<double> losses;
        for (qsizetype i = 0; i < lines.size(); ++i) {
            const QJsonObject line = QJsonDocument::fromJson(lines[i]).object();
            QCOMPARE(line.value(QStringLiteral("step")).toInt(), i + 1);
            QCOMPARE(line.value(QStringLiteral("epoch")).toDouble(), static_cast<double>(i + 1) / 12);
            const QJsonObject metrics = line.value(QStringLiteral("metrics")).toObject();
            QVERIFY(metrics.contains(QStringLiteral("learning_rate/hidden")));
            QCOMPARE(metrics.contains(QStringLiteral("val/loss")), (i + 1) % 12 == 0 || i + 1 == 30);
            losses.append(metrics.value(QStringLiteral("train/loss")).toDouble());
        }
        QVERIFY(losses.last() < 0.9 * losses.first());
        QVERIFY(QFile::exists(file("a", "checkpoint.pt")));
    }

    void noCheckpointIsWrittenWhereNoneIsWanted()
    {
        Settings settings = m_settings;
        settings.steps = 3;
        settings.checkpointEvery = -1;
        QCOMPARE(run("n", settings), Outcome::Completed);
        QVERIFY(!QFile::exists(file("n", "checkpoint.pt")));
        StopRequest stop(file("n", "control"), 2);
        std::ostream progress(&stop);
        QFile::remove(file("n", "metrics.jsonl"));
        settings.validateEvery = 1;
        QCOMPARE(train({settings, path("n"), path("."), {}}, progress, m_notices), Outcome::Stopped);
        QCOMPARE(loadCheckpoint(path("n/checkpoint.pt")).step, 2);
    }

    void aRunRepeatsBitForBit()
    {
        run("b1", m_settings);
        run("b2", m_settings);
        QCOMPARE(timeless(file("b1", "metrics.jsonl")), timeless(file("b2", "metrics.jsonl")));
    }

    void atTheBaseWidthMaximalIsStandardBitForBit()
    {
        Settings standard = m_settings;
        standard.parametrization = Parametrization::Standard;
        run("c1", standard);
        run("c2", m_settings);
        QCOMPARE(timeless(file("c1", "metrics.jsonl")), timeless(file("c2", "metrics.jsonl")));
    }

    /// A schedule that assigns a rate instead of multiplying it turns μP off unseen.
    void groupsKeepTheirMultipliersOverTheWholeSchedule()
    {
        Settings settings = m_settings;
        settings.width = 64;
        run("k", settings);
        for (const QByteArray& line : linesOf(file("k", "metrics.jsonl"))) {
            const QJsonObject metrics = metricsOf(line);
            const double input = metrics.value(QStringLiteral("learning_rate/input")).toDouble();
            QVERIFY(input > 0);
            QVERIFY(metrics.value(QStringLiteral("learning_rate/hidden")).toDouble() == input / 2);
            QVERIFY(metrics.value(QStringLiteral("learning_rate/output")).toDouble() == input);
        }
    }

    void goingOnFromACheckpointIsTheUninterruptedRun_data()
    {
        QTest::addColumn<OptimizerKind>("optimizer");
        QTest::addColumn<ScheduleKind>("schedule");
        QTest::addColumn<bool>("streamed");
        QTest::newRow("AdamW, one-cycle with β1, in memory")
            << OptimizerKind::AdamW << ScheduleKind::OneCycle << false;
        QTest::newRow("AdamW, one-cycle with β1, streamed")
            << OptimizerKind::AdamW << ScheduleKind::OneCycle << true;
        QTest::newRow("SGD with momentum, cosine, streamed")
            << OptimizerKind::Sgd << ScheduleKind::Cosine << true;
    }

    /// Stopped at three random steps.
    /// Under SGD an update is rate · gradient: what is logged is what moves each tensor, from the first step
    /// of one-cycle to the last.
    void everyTensorMovesAtItsLoggedRate()
    {
        Settings settings = m_settings;
        settings.width = 64;
        settings.optimizer = OptimizerKind::Sgd;
        settings.precision = Precision::Float64;
        settings.statisticsEvery = 1;
        run("r", settings);
        const QList<QByteArray> lines = linesOf(file("r", "metrics.jsonl"));
        QCOMPARE(lines.size(), 30);
        const std::vector<std::pair<QString, QString>> tensors{
            {QStringLiteral("initial.1.weight"), QStringLiteral("input")},
            {QStringLiteral("encoder.0.attention.qkv.weight"), QStringLiteral("hidden")},
            {QStringLiteral("encoder.1.feedforward.1.bias"), QStringLiteral("vector")},
            {QStringLiteral("encoder.readout.weight"), QStringLiteral("output")},
            {QStringLiteral("jets.0.weight"), QStringLiteral("fixed")}};
        for (const QByteArray& line : lines) {
            const QJsonObject metrics = metricsOf(line);
            const auto value = [&](const QString& name) { return metrics.value(name).toDouble(); };
            for (const auto& [tensor, role] : tensors) {
                const double moved = value(QStringLiteral("update/%1/norm").arg(tensor)) /
                                     value(QStringLiteral("gradient/%1/norm").arg(tensor));
                const double logged = value(QStringLiteral("learning_rate/") + role);
                QVERIFY2(std::abs(moved / logged - 1) < 1e-6, line.constData());
            }
            QCOMPARE(value(QStringLiteral("learning_rate/output")),
                     2 * value(QStringLiteral("learning_rate/fixed")));
        }
    }

    void goingOnFromACheckpointIsTheUninterruptedRun()
    {
        QFETCH(OptimizerKind, optimizer);
        QFETCH(ScheduleKind, schedule);
        QFETCH(bool, streamed);
        Settings settings = m_settings;
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
        makeFolder(again);
        std::string checkpoint;
        int step = 0;
        for (const int most : {10, 20, 29}) {
            step = QRandomGenerator::global()->bounded(step + 1, most + 1);
            StopRequest stop(file(again, "control"), step);
            std::ostream progress(&stop);
            QCOMPARE(train({settings, path(again), path("."), checkpoint}, progress, m_notices),
                     Outcome::Stopped);
            QVERIFY(!QFile::exists(file(again, "control")));
            checkpoint = path(again + "/checkpoint.pt");
            QCOMPARE(loadCheckpoint(checkpoint).step, step);
        }
        QCOMPARE(run(again, settings, checkpoint), Outcome::Completed);
        compareRuns(name, again);
        QVERIFY2(m_notices.str().empty(), m_notices.str().c_str());
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
        QCOMPARE(train({settings, path("h"), path("."), {}}, progress, m_notices), Outcome::Stopped);
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

    void aCheckpointOfAnotherModelIsRefused()
    {
        run("f", m_settings);
        Settings wider = m_settings;
        wider.width = 64;
        try {
            run("f", wider, path("f/checkpoint.pt"));
            QFAIL("accepted");
        } catch (const InputError& error) {
            QVERIFY(QByteArray(error.what())
                        .endsWith("the checkpoint is of another model, optimizer or precision"));
        }
    }

    void productsInBfloat16LearnAsWell()
    {
        Settings settings = m_settings;
        run("whole", settings);
        settings.precision = Precision::Bfloat16;
        run("rounded", settings);
        const QList<QByteArray> whole = linesOf(file("whole", "metrics.jsonl"));
        const QList<QByteArray> rounded = linesOf(file("rounded", "metrics.jsonl"));
        QCOMPARE(rounded.size(), 30);
        for (qsizetype i = 0; i < rounded.size(); ++i) {
            const double loss = metricsOf(rounded[i]).value(QStringLiteral("train/loss")).toDouble();
            const double wanted = metricsOf(whole[i]).value(QStringLiteral("train/loss")).toDouble();
            QVERIFY(loss != wanted);
            QVERIFY2(std::abs(loss / wanted - 1) < 0.05,
                     qPrintable(QStringLiteral("%1 %2").arg(loss).arg(wanted)));
        }
    }

    /// All of a training but the device itself: with a device's operations and buffers, in memory.
    void aDeviceTrainsAsTheCpuDoes()
    {
        const Backend asOnADevice{.cudaDevice = -1, .ownKernels = false};
        Settings settings = m_settings;
        settings.precision = Precision::Float64;
        settings.vertexTask = true;
        settings.originTask = true;
        settings.gradientClip = 1;
        settings.statisticsEvery = 10;
        run("by cpu", settings);
        run("by device", settings, {}, asOnADevice);
        const QList<QByteArray> wanted = linesOf(file("by cpu", "metrics.jsonl"));
        const QList<QByteArray> lines = linesOf(file("by device", "metrics.jsonl"));
        QCOMPARE(lines.size(), wanted.size());
        for (qsizetype i = 0; i < lines.size(); ++i) {
            const QJsonObject expected = metricsOf(wanted[i]);
            const QJsonObject metrics = metricsOf(lines[i]);
            QCOMPARE(metrics.keys(), expected.keys());
            for (const QString& name : metrics.keys()) {
                const double value = expected.value(name).toDouble();
                QVERIFY2(std::abs(metrics.value(name).toDouble() - value) <= 1e-7 * std::abs(value) + 1e-9,
                         qPrintable(name));
            }
        }
    }

    void aDevicesRunGoesOnWhereItWasStopped()
    {
        const Backend asOnADevice{.cudaDevice = -1, .ownKernels = false};
        Settings settings = m_settings;
        run("device in one", settings, {}, asOnADevice);
        makeFolder("device in two");
        StopRequest stop(file("device in two", "control"), 12);
        std::ostream progress(&stop);
        QCOMPARE(train({settings, path("device in two"), path("."), {}, asOnADevice}, progress, m_notices),
                 Outcome::Stopped);
        const std::string checkpoint = path("device in two/checkpoint.pt");
        QCOMPARE(loadCheckpoint(checkpoint).step, 12);
        QCOMPARE(run("device in two", settings, checkpoint, asOnADevice), Outcome::Completed);
        const Checkpoint whole = loadCheckpoint(path("device in one/checkpoint.pt"));
        const Checkpoint pieces = loadCheckpoint(checkpoint);
        QVERIFY(whole.values == pieces.values);
        QVERIFY(whole.first == pieces.first);
        QVERIFY(whole.second == pieces.second);
        QCOMPARE(whole.environment.at("device"), std::string("cpu"));
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

    void everyTaskIsReported()
    {
        Settings settings = m_settings;
        settings.originTask = true;
        settings.vertexTask = true;
        QCOMPARE(run("i", settings), Outcome::Completed);
        const QList<QByteArray> lines = linesOf(file("i", "metrics.jsonl"));
        const auto metrics = [&](qsizetype line) { return metricsOf(lines[line]); };
        for (const auto& task :
             {QStringLiteral("jets"), QStringLiteral("origin"), QStringLiteral("vertex")}) {
            const QString loss = QStringLiteral("val/%1_loss").arg(task);
            QVERIFY(metrics(29).value(loss).toDouble() < metrics(11).value(loss).toDouble());
            QVERIFY(metrics(29).value(QStringLiteral("val/%1_accuracy").arg(task)).toDouble() > 0.3);
        }
    }

    void aPerceptronTrainsToo()
    {
        Settings settings = m_settings;
        settings.model = ModelKind::Mlp;
        QCOMPARE(run("j", settings), Outcome::Completed);
    }

    void statisticsAreOfTheStepsAskedFor()
    {
        Settings settings = m_settings;
        settings.steps = 10;
        settings.logEvery = 100;
        settings.statisticsEvery = 4;
        QCOMPARE(run("s", settings), Outcome::Completed);
        QList<int> steps;
        for (const QByteArray& line : linesOf(file("s", "metrics.jsonl"))) {
            const QJsonObject object = QJsonDocument::fromJson(line).object();
            const QJsonObject metrics = object.value(QStringLiteral("metrics")).toObject();
            if (!metrics.contains(QStringLiteral("coordinate/encoder.0.attention.qkv/l1"))) {
                continue;
            }
            steps.append(object.value(QStringLiteral("step")).toInt());
            const auto value = [&](const char* name) {
                return metrics.value(QString::fromLatin1(name)).toDouble();
            };
            QVERIFY(value("coordinate/jets.logits/l1") > 0);
            QVERIFY(value("coordinate/jets.logits/max") > value("coordinate/jets.logits/std"));
            QVERIFY(value("gradient/encoder.readout.weight/norm") > 0);
            QVERIFY(value("update/encoder.readout.weight/norm") > 0);
        }
        QCOMPARE(steps, QList<int>({1, 4, 8}));
        QCOMPARE(linesOf(file("s", "statistics.jsonl")).size(), 3);

        Settings without = settings;
        without.statisticsEvery = 0;
        run("u", without);
        QVERIFY(!QFile::exists(file("u", "statistics.jsonl")));
        QVERIFY(loadCheckpoint(path("u/checkpoint.pt")).values ==
                loadCheckpoint(path("s/checkpoint.pt")).values);
    }

    /// Where nothing is learnt, the loss of one batch stays.
    void aFixedBatchIsTheSameAtEveryStep()
    {
        Settings settings = m_settings;
        settings.fixedBatch = true;
        settings.maxLr = settings.initialLr = settings.finalLr = 0;
        run("v", settings);
        const QList<QByteArray> lines = linesOf(file("v", "metrics.jsonl"));
        const auto loss = [](const QByteArray& line) {
            return QJsonDocument::fromJson(line)
                .object()
                .value(QStringLiteral("metrics"))[QStringLiteral("train/loss")]
                .toDouble();
        };
        for (const QByteArray& line : lines) {
            QCOMPARE(loss(line), loss(lines.first()));
        }
    }

    void aDivergedRunSaysNaNAndEnds()
    {
        Settings settings = m_settings;
        settings.optimizer = OptimizerKind::Sgd;
        settings.schedule = ScheduleKind::Constant;
        settings.maxLr = 1e12;
        settings.originTask = true;
        m_notices.str({});
        QCOMPARE(run("g", settings), Outcome::Diverged);
        const QList<QByteArray> lines = linesOf(file("g", "metrics.jsonl"));
        QVERIFY2(lines.last().endsWith(
                     R"("metrics":{"train/loss":NaN,"val/loss":NaN,"val/accuracy":NaN,"val/jets_loss":NaN,)"
                     R"("val/jets_accuracy":NaN,"val/origin_loss":NaN,"val/origin_accuracy":NaN}})"),
                 lines.last().constData());
        QVERIFY(lines.size() < 30);
        QVERIFY(lines.last().startsWith(QByteArray("{\"step\":" + QByteArray::number(lines.size()) + ',')));
        QCOMPARE(QByteArray::fromStdString(m_notices.str()),
                 QByteArray("notice: the loss of step " + QByteArray::number(lines.size()) +
                            " is not finite: the run has diverged and ends here\n"));
        m_notices.str({});
    }

    /// So that a coordinate check tells the width that diverged.
    void aDivergedRunShowsTheLayersOfItsLastStep()
    {
        Settings settings = m_settings;
        settings.optimizer = OptimizerKind::Sgd;
        settings.schedule = ScheduleKind::Constant;
        settings.maxLr = 1e12;
        settings.statisticsEvery = 1;
        QCOMPARE(run("t", settings), Outcome::Diverged);
        const QList<QByteArray> lines = linesOf(file("t", "metrics.jsonl"));
        QCOMPARE(linesOf(file("t", "statistics.jsonl")).size(), lines.size());
        const QByteArray last = lines.last();
        QVERIFY(last.startsWith(QByteArray("{\"step\":" + QByteArray::number(lines.size()) + ',')));
        QVERIFY2(last.contains(R"("coordinate/jets.logits/l1":NaN)") ||
                     last.contains(R"("coordinate/jets.logits/l1":Infinity)"),
                 last.constData());
        m_notices.str({});
    }

private:
    /// The same lines, and the same weights and moments to the last bit.
    void compareRuns(const std::string& a, const std::string& b)
    {
        QCOMPARE(timeless(file(a, "metrics.jsonl")), timeless(file(b, "metrics.jsonl")));
        const Checkpoint left = loadCheckpoint(path(a + "/checkpoint.pt"));
        const Checkpoint right = loadCheckpoint(path(b + "/checkpoint.pt"));
        QVERIFY(left.values == right.values);
        QVERIFY(left.first == right.first);
        QVERIFY(left.second == right.second);
    }

    std::string path(const std::string& name) const { return m_folder.path().toStdString() + "/" + name; }
    QString file(const std::string& folder, const std::string& name) const
    {
        return QString::fromStdString(path(folder) + "/" + name);
    }
    void makeFolder(const std::string& name) { QDir().mkpath(QString::fromStdString(path(name))); }

    Outcome run(const std::string& folder, const Settings& settings, const std::string& checkpoint = {},
                const std::optional<Backend>& backend = {})
    {
        makeFolder(folder);
        std::ostringstream progress;
        return train({settings, path(folder), path("."), checkpoint, backend}, progress, m_notices);
    }

    QTemporaryDir m_folder;
    Settings m_settings;
    std::ostringstream m_notices;
};

QTEST_GUILESS_MAIN(TestTraining)
#include "tst_training.moc"
