// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/trainer/device_backends.h"
#include "tests/core/trainer/training_runs.h"

#include "core/trainer/families/gn2/gn2_settings.h"
#include "core/trainer/families/registry.h"

#include <QJsonDocument>
#include <QJsonObject>

#include <cmath>

using namespace widthwise::trainer;

namespace {

QJsonObject metricsOf(const QByteArray& line)
{
    return QJsonDocument::fromJson(line).object().value(QStringLiteral("metrics")).toObject();
}

} // namespace

class TestTraining : public QObject, TrainingRuns {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { prepare(); }

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
        QCOMPARE(train(familyOf(settings), {settings, path("n"), path("."), {}}, progress, m_notices),
                 Outcome::Stopped);
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

    void productsInBfloat16LearnAsWell()
    {
        Settings settings = m_settings;
        run("whole", settings);
        settings.precision = Precision::Bfloat16;
        run("rounded", settings);
        const QList<QByteArray> whole = linesOf(file("whole", "metrics.jsonl"));
        const QList<QByteArray> rounded = linesOf(file("rounded", "metrics.jsonl"));
        QCOMPARE(rounded.size(), 30);
        int different = 0; // two losses may meet by chance
        for (qsizetype i = 0; i < rounded.size(); ++i) {
            const double loss = metricsOf(rounded[i]).value(QStringLiteral("train/loss")).toDouble();
            const double wanted = metricsOf(whole[i]).value(QStringLiteral("train/loss")).toDouble();
            different += loss != wanted;
            QVERIFY2(std::abs(loss / wanted - 1) < 0.05,
                     qPrintable(QStringLiteral("%1 %2").arg(loss).arg(wanted)));
        }
        QVERIFY(different > 20);
    }

    void aDeviceTrainsAsTheCpuDoes_data()
    {
        QTest::addColumn<Backend>("backend");
        for (const auto& [name, backend] : deviceBackends()) {
            QTest::newRow(name) << backend;
        }
    }

    void aDeviceTrainsAsTheCpuDoes()
    {
        QFETCH(Backend, backend);
        Settings settings = m_settings;
        settings.precision = Precision::Float64;
        settings.of<Gn2Settings>().vertexTask = true;
        settings.of<Gn2Settings>().originTask = true;
        settings.gradientClip = 1;
        settings.statisticsEvery = 10;
        run("by cpu", settings, {}, Backend{});
        run("by device", settings, {}, backend);
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

    void everyTaskIsReported()
    {
        Settings settings = m_settings;
        settings.of<Gn2Settings>().originTask = true;
        settings.of<Gn2Settings>().vertexTask = true;
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

    /// Pairs are weighed by the origins of their tracks, whether these are learnt or not.
    void verticesAreLearntAlikeWithAndWithoutOrigins()
    {
        Settings settings = m_settings;
        settings.of<Gn2Settings>().vertexTask = true;
        settings.steps = 1;
        settings.maxLr = settings.initialLr = settings.finalLr = 0;
        run("vertices", settings);
        settings.of<Gn2Settings>().originTask = true;
        run("both", settings);
        const auto loss = [this](const std::string& folder) {
            const QList<QByteArray> lines = linesOf(file(folder, "metrics.jsonl"));
            return metricsOf(lines.last()).value(QStringLiteral("val/vertex_loss")).toDouble();
        };
        QVERIFY(loss("vertices") > 0);
        QCOMPARE(loss("vertices"), loss("both"));
    }

    void aPerceptronTrainsToo()
    {
        Settings settings = m_settings;
        settings.model = "mlp";
        QCOMPARE(run("j", settings), Outcome::Completed);
    }

    /// By five standard errors better than whoever calls every jet the most frequent kind, 45 % of them.
    void deepSetsLearn()
    {
        Settings settings = m_settings;
        QCOMPARE(readSettings(R"({"model": "deepsets", "layers": 2, "jet_layers": 2, "data": "many.h5",
                                  "steps": 300})",
                              settings),
                 std::string());
        QCOMPARE(run("deepsets", settings), Outcome::Completed);
        const QList<QByteArray> lines = linesOf(file("deepsets", "metrics.jsonl"));
        const double accuracy = metricsOf(lines.last()).value(QStringLiteral("val/accuracy")).toDouble();
        constexpr double jets = 840; // a fifth of 4200
        QVERIFY2(accuracy > 0.45 + 5 * std::sqrt(0.45 * 0.55 / jets), qPrintable(QString::number(accuracy)));
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
        settings.of<Gn2Settings>().originTask = true;
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
};

QTEST_GUILESS_MAIN(TestTraining)
#include "tst_training.moc"
