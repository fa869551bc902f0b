// SPDX-License-Identifier: GPL-3.0-or-later
// Particle flow through the engine: data, training, checkpoints, evaluation.
#include "core/trainer/engine/network.h"
#include "core/trainer/error.h"
#include "core/trainer/families/events/element_scaling.h"
#include "core/trainer/families/events/event_settings.h"
#include "core/trainer/families/events/event_writer.h"
#include "core/trainer/families/events/flow_data.h"
#include "core/trainer/families/mlpf/mlpf_settings.h"
#include "tests/core/trainer/training_runs.h"

#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <set>

using namespace widthwise::trainer;

namespace {

/// The events of a batch, each by the sum of its numbers.
std::vector<double> eventsOf(const Batch& batch)
{
    const auto& events = batch.as<FlowBatch>();
    std::vector<double> sums;
    for (std::size_t event = 0; event + 1 < events.offsets.size(); ++event) {
        double sum = 0;
        for (auto i = events.offsets[event]; i < events.offsets[event + 1]; ++i) {
            for (std::size_t k = 0; k < momentumColumnCount; ++k) {
                sum += static_cast<double>(
                    events.kinematics[static_cast<std::size_t>(i) * momentumColumnCount + k]);
            }
        }
        sums.push_back(sum);
    }
    return sums;
}

double metric(const QByteArray& line, const char* name)
{
    const QJsonObject metrics = QJsonDocument::fromJson(line).object()[QStringLiteral("metrics")].toObject();
    return metrics.contains(QLatin1String(name)) ? metrics[QLatin1String(name)].toDouble() : NAN;
}

} // namespace

class TestMlpfTraining : public QObject, TrainingRuns {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_folder.isValid());
        writeToyEvents({.path = path("events.h5"), .events = 1000, .seed = 3});
        writeToyEvents({.path = path("many.h5"), .events = 4500, .seed = 4});
        m_settings = parseSettings(R"({"model": "mlpf", "data": "events.h5", "width": 32, "base_width": 32,
            "layers": 1, "batch_size": 60, "steps": 30, "log_every": 1, "optimizer": "adamw", "weight_decay": 0.01,
            "schedule": "cosine", "initial_lr": 0.005, "max_lr": 0.005, "final_lr": 0.0005, "warmup_fraction": 0})");
    }

    void itLearnsAndIsEvaluatedBesideTheRules()
    {
        Settings settings = m_settings;
        settings.evaluate = true;
        settings.validateEvery = 10;
        QCOMPARE(run("learns", settings), Outcome::Completed);
        const QList<QByteArray> lines = linesOf(file("learns", "metrics.jsonl"));
        QVERIFY(metric(lines[0], "train/loss") > 5);
        QVERIFY(metric(lines.last(), "val/loss") < 3);
        QVERIFY(metric(lines.last(), "val/accuracy") > 0.8);
        QVERIFY(metric(lines.last(), "val/Regression_eta") > 0);
        const double terms =
            10 * metric(lines.last(), "val/Classification_binary") +
            metric(lines.last(), "val/Classification") + metric(lines.last(), "val/Regression_pt") +
            metric(lines.last(), "val/Regression_energy") +
            0.01 *
                (metric(lines.last(), "val/Regression_eta") + metric(lines.last(), "val/Regression_sin_phi") +
                 metric(lines.last(), "val/Regression_cos_phi"));
        QVERIFY(std::abs(terms - metric(lines.last(), "val/loss")) < 1e-9);
        QVERIFY(metric(lines.last(), "evaluation/jet_response_width") > 0);
        const double rules = metric(lines.last(), "evaluation/baseline_jet_response_width");
        QVERIFY(rules > 0.07 && rules < 0.15);

        std::ostringstream notices;
        const Report report = familyOf(settings).evaluate(
            {settings, path("."), path("learns"), path("learns/checkpoint.pt"), {}}, notices);
        const QJsonObject json = QJsonDocument::fromJson(QByteArray::fromStdString(report.json)).object();
        const auto width = [&](const char* of) {
            return json[QLatin1String(of)][QStringLiteral("jets")][QStringLiteral("width")]
                       [QStringLiteral("value")]
                           .toDouble();
        };
        QCOMPARE(json[QStringLiteral("events")].toInt(), 200);
        QCOMPARE(width("model"), metric(lines.last(), "evaluation/jet_response_width"));
        QCOMPARE(width("baseline"), rules);
        QVERIFY(report.text.find("charged hadron") != std::string::npos);
    }

    /// Stopped at random steps, of events in memory and of such that are streamed.
    void goingOnIsTheUninterruptedRun_data()
    {
        QTest::addColumn<double>("memory");
        QTest::newRow("in memory") << 4.0;
        QTest::newRow("streamed") << 1e-9;
    }
    void goingOnIsTheUninterruptedRun()
    {
        QFETCH(double, memory);
        Settings settings = m_settings;
        settings.data = "many.h5";
        settings.memoryGb = memory;
        settings.validateEvery = 1; // what StopRequest waits for
        settings.validationFraction = 0.02;
        settings.checkpointEvery = 1000;
        const std::string name = QTest::currentDataTag();
        run(name, settings);
        const std::string again = name + " in pieces";
        runInPieces(again, settings);
        compareRuns(name, again);
    }

    /// Every epoch has every event once, in an order of its own; streamed as well as in memory.
    void anEpochHasEveryEventOnce_data() { goingOnIsTheUninterruptedRun_data(); }
    void anEpochHasEveryEventOnce()
    {
        QFETCH(double, memory);
        Settings settings = m_settings;
        settings.data = "many.h5";
        settings.memoryGb = memory;
        settings.validationFraction = 500.0 / 4500;
        settings.batchSize = 100;
        std::ostringstream notices;
        FlowData data({.settings = settings, .folder = path("."), .notices = notices});
        QCOMPARE(data.stepsPerEpoch(), 40);
        QCOMPARE(data.summary().find("streamed") != std::string::npos, memory < 1);
        std::vector<std::vector<double>> epochs;
        for (std::int64_t epoch = 0; epoch < 2; ++epoch) {
            std::vector<double>& seen = epochs.emplace_back();
            for (std::int64_t step = 0; step < 40; ++step) {
                std::ranges::copy(eventsOf(data.batch(40 * epoch + step)), std::back_inserter(seen));
            }
        }
        QVERIFY(epochs[0] != epochs[1]);
        const std::set<double> first(epochs[0].begin(), epochs[0].end());
        QCOMPARE(first.size(), std::size_t{4000});
        QVERIFY(first == std::set<double>(epochs[1].begin(), epochs[1].end()));
        std::set<double> validation;
        for (std::size_t chunk = 0; chunk < data.validationChunks(); ++chunk) {
            for (const double event : eventsOf(data.validationChunk(chunk))) {
                validation.insert(event);
                QVERIFY(!first.contains(event));
            }
        }
        QCOMPARE(validation.size(), std::size_t{500});
        // the same step is the same batch, wherever one comes from
        FlowData other({.settings = settings, .folder = path("."), .notices = notices});
        QVERIFY(eventsOf(other.batch(57)) == eventsOf(data.batch(57)));
        // slices are parts of the batch
        settings.batchSize = 50;
        std::vector<double> parts;
        for (const std::int64_t index : {0, 1}) {
            FlowData slice(
                {.settings = settings, .folder = path("."), .notices = notices, .slice = {index, 2}});
            std::ranges::copy(eventsOf(slice.batch(57)), std::back_inserter(parts));
        }
        QVERIFY(parts == eventsOf(data.batch(57)));
    }

    /// Streamed or not, inputs are scaled alike, and as the file beside the checkpoint says.
    void scalingIsThatOfTheTrainingEvents()
    {
        Settings settings = m_settings;
        settings.data = "many.h5";
        std::ostringstream notices;
        std::vector<FlowBatch> batches;
        for (const double memory : {4.0, 1e-9}) {
            settings.memoryGb = memory;
            FlowData data({.settings = settings, .folder = path("."), .notices = notices});
            batches.push_back(data.fixedBatch().as<FlowBatch>());
            data.writeSideFiles(path("."));
        }
        QVERIFY(batches[0].elements == batches[1].elements);
        const ElementScaling scaling = readElementScaling(path(elementScalingFile));
        EventSample sample = EventFile(path("many.h5")).read(0, 60);
        FlowBatch again;
        std::vector<std::uint32_t> all(60);
        std::iota(all.begin(), all.end(), 0U);
        gatherEvents(sample, all, scaling, again);
        QVERIFY(again.elements == batches[0].elements);

        settings.of<EventSettings>().standardize = false;
        FlowData raw({.settings = settings, .folder = path("."), .notices = notices});
        const Batch rawBatch = raw.fixedBatch();
        QCOMPARE(rawBatch.as<FlowBatch>().elements[1], sample.elements[0][1]);
    }

    void aBadScalingFileIsRefused()
    {
        const auto complaint = [&](const std::string& text) {
            std::ofstream(path("bad.json")) << text;
            try {
                readElementScaling(path("bad.json"));
            } catch (const InputError& error) {
                return std::string(error.what());
            }
            return std::string("accepted");
        };
        ElementScaling scaling;
        writeElementScaling(path("good.json"), scaling);
        std::stringstream good;
        good << std::ifstream(path("good.json")).rdbuf();
        QCOMPARE(complaint(good.str()), std::string("accepted"));
        QVERIFY(complaint("").find("bad.json: mean of \"type\" of a track") != std::string::npos);
        std::string changed = good.str();
        changed.replace(changed.find("\"omega\""), 7, "\"omego\"");
        QVERIFY(complaint(changed).find("\"omega\" of a track") != std::string::npos);
        std::string zero = good.str();
        zero.replace(zero.rfind("1.0"), 3, "0.0");
        QVERIFY(complaint(zero).find("not positive") != std::string::npos);
        QVERIFY_THROWS_EXCEPTION(InputError, readElementScaling(path("none.json")));
    }

    /// At the base width they are one model, to the last bit; at another they are two.
    void atTheBaseWidthMupTrainsLikeSp()
    {
        Settings sp = m_settings;
        sp.steps = 5;
        sp.parametrization = Parametrization::Standard;
        Settings mup = sp;
        mup.parametrization = Parametrization::Maximal;
        run("sp", sp);
        run("mup", mup);
        compareRuns("sp", "mup");
        sp.width = mup.width = 64;
        run("wide sp", sp);
        run("wide mup", mup);
        QVERIFY(loadCheckpoint(path("wide sp/checkpoint.pt")).values !=
                loadCheckpoint(path("wide mup/checkpoint.pt")).values);
    }

    /// Where the layout gives values, tensors start with them.
    void tensorsStartWithGivenValues()
    {
        Settings settings = m_settings;
        settings.of<MlpfSettings>().identityStart = true;
        Network<float> network(familyOf(settings), settings, {});
        const auto values = [&](const std::string& name) {
            for (const Segment& segment : network.segments()) {
                if (segment.name == name) {
                    const auto part = network.values().subspan(segment.begin, segment.end - segment.begin);
                    return std::vector<float>(part.begin(), part.end());
                }
            }
            return std::vector<float>();
        };
        QVERIFY(values("nn_eta.nn.4.bias") == (std::vector<float>{1, 0}));
        QVERIFY(values("nn_energy.nn.1.4.bias") == std::vector<float>{0.02F});
        QVERIFY(values("nn_pt.nn.0.4.weight") == std::vector<float>(32, 0.0F));
        QVERIFY(values("nn_energy.nn.1.4.weight") != std::vector<float>(32, 0.0F));
        QVERIFY(values("nn_pid.4.weight") != std::vector<float>(32 * 6, 0.0F));
    }

    /// All last layers but the energy's, which would never move.
    void readoutsStartAtZeroWhereAsked()
    {
        Settings settings = m_settings;
        settings.zeroReadout = true;
        Network<float> network(familyOf(settings), settings, {});
        for (const Segment& segment : network.segments()) {
            const auto part = network.values().subspan(segment.begin, segment.end - segment.begin);
            const auto isZero = [](float x) { return x == 0; };
            if (segment.role == Role::Output) {
                QCOMPARE(std::ranges::all_of(part, isZero), !segment.name.starts_with("nn_energy"));
            }
        }
    }

    void badSettingsAreRefused_data()
    {
        QTest::addColumn<QByteArray>("settings");
        QTest::addColumn<QByteArray>("says");
        QTest::newRow("width") << QByteArray(R"({"model": "mlpf", "width": 40})")
                               << QByteArray("multiples of 16");
        QTest::newRow("tasks") << QByteArray(R"({"model": "mlpf", "vertex_task": true})")
                               << QByteArray("gn2");
        QTest::newRow("no file") << QByteArray(R"({"model": "mlpf", "data": "none.h5"})")
                                 << QByteArray("none.h5");
        QTest::newRow("jets") << QByteArray(R"({"model": "mlpf", "data": "jets.h5"})")
                              << QByteArray("not a file of particle-flow events");
        QTest::newRow("too few") << QByteArray(R"({"model": "mlpf", "data": "events.h5", "batch_size": 801})")
                                 << QByteArray("800 training events");
        QTest::newRow("none left")
            << QByteArray(R"({"model": "mlpf", "data": "events.h5", "validation_fraction": 1e-6})")
            << QByteArray("no events left");
    }
    void badSettingsAreRefused()
    {
        QFETCH(QByteArray, settings);
        QFETCH(QByteArray, says);
        writeSimulation({.path = path("jets.h5"), .jets = 100, .seed = 3});
        try {
            run("bad", parseSettings(settings.toStdString()));
            QFAIL("accepted");
        } catch (const InputError& error) {
            QVERIFY2(QByteArray(error.what()).contains(says), error.what());
        }
    }
};

QTEST_GUILESS_MAIN(TestMlpfTraining)
#include "tst_mlpf_training.moc"
